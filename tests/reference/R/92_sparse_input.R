# Inputs that are left out, missing or degenerate: no conf, no counts of a study, no events, no heterogeneity, one look.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"; source(paste0(M,"common.R")); source(paste0(M,"binary.R")); source(paste0(M,"continuous.R")); source(paste0(M,"misc.R")); D <- "tests/reference/data/"
eval(parse(text=sub("library(gsDesign); ","",readLines(paste0(M,"design.R")),fixed=TRUE))) # nothing here needs gsDesign
set.seed(303)
d <- data.frame(id=rep(1:12,2),group=rep(c("A","B"),each=12),score=round(rnorm(24,10,2),1)); d$score[4] <- NA; save_csv(d,paste0(D,"sparse_scores.csv")); e <- ttests(d$score[d$group=="A"],d$score[d$group=="B"])
for (w in c("group %s","score of %s")) try_add(paste("two_sample:",w),"two_sample_location",list(data="data/sparse_scores.csv",x=sprintf(w,"A"),y=sprintf(w,"B")),e[c("welch","student","var_test")],"stats::t.test, var.test","a number of the subject stands beside")
for (t in list(c(9,12,5,6),c(0,12,0,6),c(12,12,6,6))) try_add(paste(c("tab",t),collapse="_"),"two_by_two",list(x1=t[1],n1=t[2],x0=t[3],n0=t[4]),table2x2(t[1],t[2],t[3],t[4],.95,FALSE),"as in binary.json")
try_add("prop_4_9","one_proportion",list(x=4,n=9),one_prop(4,9),"stats::binom.test, prop.test, qbeta")
s <- data.frame(stratum=c("a","b","c","d"),x1=c(3,0,5,2),n1=c(10,6,9,2),x0=c(1,2,5,0),n0=c(9,8,11,3)); save_csv(s,paste0(D,"sparse_strata.csv")); try_add("strata","stratified_tables",list(data="data/sparse_strata.csv"),stratified(s),"stats::mantelhaen.test, metafor::rma.mh")
n1 <- sample(20:90,8); n0 <- sample(20:90,8); d <- data.frame(study=letters[1:8],ai=rbinom(8,n1,.4),n1i=n1,ci=rbinom(8,n0,.5),n2i=n0,dose=round(runif(8,1,5),1)); d$ai[3] <- NA; save_csv(d,paste0(D,"sparse_studies.csv")); e <- meta_bin(d$ai,d$n1i,d$ci,d$n2i)
try_add("meta_missing_count","meta_binary",list(data="data/sparse_studies.csv"),list(OR=e$OR[c("escalc","EE","DL","MH")],Peto=e$Peto,OR_extras=e$OR_extras),"metafor")
for (m in c("DL","HE")) { r <- suppressWarnings(rma(measure="OR",ai=ai,n1i=n1i,ci=ci,n2i=n2i,data=d,mods=~dose,method=m)); try_add(paste0("meta_regression_",m),"meta_regression",list(data="data/sparse_studies.csv",measure="OR",mods="dose",method=m),list(beta=unname(as.numeric(r$beta)),se=r$se,tau2=r$tau2,QM=r$QM,QMp=r$QMp,R2=r$R2,I2=r$I2),"metafor::rma") }
rp <- list(no_early_efficacy=list(kMax=3,typeOfDesign="noEarlyEfficacy"),no_early_with_futility=list(kMax=3,typeOfDesign="noEarlyEfficacy",futilityBounds=c(0,.5)),no_early_with_spending=list(kMax=2,typeOfDesign="noEarlyEfficacy",typeBetaSpending="bsOF"),one_look=list(kMax=1),HP_1_percent=list(kMax=4,typeOfDesign="HP",constantBoundsHP=3.5,alpha=.01),WT_five_looks=list(informationRates=c(.2,.5,.7,.9,1),typeOfDesign="WT",deltaWT=.5,beta=.05))
for (n in names(rp)) try_add(paste0("rpact_",n),"gs_rpact",rp[[n]],do.call(rpg,rp[[n]]),"rpact")
flush_cases("tests/reference/json/sparse_input.json",c("metafor","rpact"))
