"""Names of the 97 BILAG-2004 items in form order, each with what it means in our own words.

The form names the items; what is severe, moderate or mild stands in its glossary, which was not
at hand in full, so those words await a check by a clinician.
"""

from __future__ import annotations

__all__ = ["DEFINITIONS"]

DEFINITIONS: dict[str, str] = {
    # constitutional
    "pyrexia": "documented temperature above 37.5 degrees Celsius",
    "weight_loss": "unintentional loss of more than 5 % of body weight",
    "lymphadenopathy_splenomegaly": "enlarged lymph nodes or spleen",
    "anorexia": "loss of appetite",
    # mucocutaneous
    "skin_eruption_severe": "inflammatory lupus rash over a large part of the body",
    "skin_eruption_mild": "inflammatory lupus rash over a limited part of the body",
    "angioedema_severe": "angio-oedema that may threaten life, as with stridor",
    "angioedema_mild": "angio-oedema that does not threaten life",
    "mucosal_ulceration_severe": "extensive or deep ulcers that disable, as in eating",
    "mucosal_ulceration_mild": "localised ulcers that do not disable",
    "panniculitis_bullous_severe": "panniculitis or bullous lupus over a large area",
    "panniculitis_bullous_mild": "panniculitis or bullous lupus over a limited area",
    "major_cutaneous_vasculitis_thrombosis": "skin gangrene or ulcers from vasculitis or "
    "thrombosis",
    "digital_infarcts_nodular_vasculitis": "infarcts of digits or nodular vasculitis",
    "alopecia_severe": "visible loss of hair with an inflamed scalp",
    "alopecia_mild": "loss of hair without an inflamed scalp",
    "periungual_erythema_chilblains": "redness around nails, or chilblains",
    "splinter_haemorrhages": "splinter haemorrhages of nails",
    # neuropsychiatric
    "aseptic_meningitis": "meningitis without infection",
    "cerebral_vasculitis": "vasculitis of the brain",
    "demyelinating_syndrome": "demyelinating disease of the central nervous system",
    "myelopathy": "disease of the spinal cord",
    "acute_confusional_state": "acute disturbance of consciousness or attention",
    "psychosis": "delusions or hallucinations without delirium",
    "aidp": "acute inflammatory demyelinating polyradiculoneuropathy",
    "mononeuropathy": "neuropathy of one nerve or of several singly",
    "cranial_neuropathy": "neuropathy of a cranial nerve, optic nerve apart",
    "plexopathy": "disease of the brachial or lumbosacral plexus",
    "polyneuropathy": "symmetrical neuropathy of many nerves",
    "seizure_disorder": "epileptic seizures",
    "status_epilepticus": "seizures without recovery between them",
    "cerebrovascular_disease": "stroke or transient ischaemia, not from vasculitis",
    "cognitive_dysfunction": "impaired cognitive function",
    "movement_disorder": "chorea or another disorder of movement",
    "autonomic_disorder": "disorder of the autonomic nervous system",
    "cerebellar_ataxia": "ataxia from the cerebellum as the only sign",
    "lupus_headache": "severe unremitting headache of lupus",
    "intracranial_hypertension_headache": "headache from raised intracranial pressure",
    # musculoskeletal
    "myositis_severe": "raised muscle enzymes with marked weakness",
    "myositis_mild": "raised muscle enzymes with pain but without marked weakness",
    "arthritis_severe": "synovitis of two joints or more with marked loss of function",
    "arthritis_moderate": "synovitis with some loss of function, tendonitis or tenosynovitis",
    "arthritis_mild": "inflammatory pain of joints or muscles without synovitis",
    # cardiorespiratory
    "myocarditis_mild": "inflamed heart muscle without failure, arrhythmia or valve disease",
    "myocarditis_endocarditis_cardiac_failure": "inflamed heart muscle or valves with failure",
    "arrhythmia": "arrhythmia from inflammation of the heart",
    "new_valvular_dysfunction": "valve dysfunction that is new",
    "pleurisy_pericarditis": "pleurisy or pericarditis",
    "cardiac_tamponade": "pericardial effusion that embarrasses the heart",
    "pleural_effusion_dyspnoea": "pleural effusion with shortness of breath",
    "pulmonary_haemorrhage_vasculitis": "bleeding into, or vasculitis of, the lung",
    "interstitial_alveolitis_pneumonitis": "alveolitis or pneumonitis",
    "shrinking_lung": "loss of lung volume from weak breathing muscles",
    "aortitis": "inflammation of the aorta",
    "coronary_vasculitis": "vasculitis of the coronary arteries",
    # gastrointestinal
    "peritonitis": "lupus peritonitis with signs of irritation",
    "abdominal_serositis_ascites": "abdominal serositis or ascites",
    "enteritis_colitis": "vasculitis or inflammation of the bowel",
    "malabsorption": "malabsorption",
    "protein_losing_enteropathy": "loss of protein through the bowel",
    "intestinal_pseudo_obstruction": "obstruction of the bowel by disordered movement",
    "hepatitis": "lupus hepatitis",
    "acute_cholecystitis": "acute lupus cholecystitis",
    "acute_pancreatitis": "acute lupus pancreatitis",
    # ophthalmic
    "orbital_inflammation": "inflamed orbit, myositis of eye muscles or proptosis",
    "keratitis_severe": "keratitis that threatens sight",
    "keratitis_mild": "keratitis that does not threaten sight",
    "anterior_uveitis": "anterior uveitis",
    "posterior_uveitis_retinal_vasculitis_severe": "posterior uveitis or retinal vasculitis that "
    "threatens sight",
    "posterior_uveitis_retinal_vasculitis_mild": "posterior uveitis or retinal vasculitis that "
    "does not threaten sight",
    "episcleritis": "episcleritis",
    "scleritis_severe": "scleritis that destroys tissue",
    "scleritis_mild": "scleritis that does not destroy tissue",
    "retinal_choroidal_vasoocclusion": "occlusion of retinal or choroidal vessels",
    "cotton_wool_spots": "cotton-wool spots as the only sign",
    "optic_neuritis": "inflammation of the optic nerve",
    "anterior_ischaemic_optic_neuropathy": "anterior ischaemic optic neuropathy",
    # renal
    "systolic_mmhg": "systolic blood pressure",
    "diastolic_mmhg": "diastolic blood pressure",
    "accelerated_hypertension": "pressure risen above 170/110 within a month with retinopathy "
    "of grade 3 or 4",
    "dipstick": "protein by dipstick: 0, 1+, 2+, 3+",
    "acr_mg_mmol": "urine albumin to creatinine ratio",
    "upcr_mg_mmol": "urine protein to creatinine ratio",
    "urine_protein_24h_g": "protein of a 24 h urine collection",
    "nephrotic_syndrome": "more than 3.5 g of protein a day, low albumin and oedema",
    "creatinine_umol_l": "serum creatinine",
    "gfr_ml_min_173": "glomerular filtration rate",
    "active_sediment": "more than 5 white or 5 red cells per field, or red-cell casts, without "
    "another cause",
    "active_nephritis_histology": "active nephritis in a biopsy of the last 3 months; sclerosis "
    "alone does not count",
    # haematological
    "hb_g_dl": "haemoglobin",
    "wcc_10e9_l": "white cell count",
    "neutrophils_10e9_l": "neutrophil count",
    "lymphocytes_10e9_l": "lymphocyte count",
    "platelets_10e9_l": "platelet count",
    "ttp": "thrombotic thrombocytopenic purpura",
    "active_haemolysis": "positive Coombs test with evidence of haemolysis",
    "coombs_isolated": "positive Coombs test without haemolysis",
}
