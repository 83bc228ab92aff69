# Inputs that the first cases lack: unbalanced and tiny samples, extreme scales, several levels, vectors of length one, early stops.
# Run from the root of the repository.
M <- "tests/reference/R/methods/"; source(paste0(M,"common.R")); source(paste0(M,"continuous.R")); source(paste0(M,"misc.R")); suppressMessages(library(nlme)); D <- "tests/reference/data/"
eval(parse(text=sub("library(gsDesign); ","",readLines(paste0(M,"design.R")),fixed=TRUE))) # nothing here needs gsDesign
keep <- function(d,name) { f <- paste0("unusual_",name,".csv"); save_csv(d,paste0(D,f)); paste0("data/",f) }
done <- function(family,packages="stats") flush_cases(paste0("tests/reference/json/",family,"_unusual.json"),packages)
set.seed(101)
# analysis of covariance: groups of any size and coding, order of terms, truth values, missing rows, scale
people <- function(n1,n0,scale=1,shift=0) { n <- n1+n0; data.frame(id=sprintf("S%03d",1:n),arm=rep(c("ACT","PLC"),c(n1,n0)),base=round(rnorm(n,50,10),1),age=round(runif(n,18,70)),sex=sample(c("F","M"),n,TRUE),region=sample(c("Asia","Europe","South"),n,TRUE),y=scale*round(rnorm(n,10,4),1)+shift) }
anc <- function(name,f,d,trt="arm",conf=.95) { i <- list(data=keep(d,name),formula=f); if (trt!="arm") i$treatment <- trt; if (conf!=.95) i$conf <- conf; d[[trt]] <- factor(d[[trt]]); try_add(paste0("ancova_",name),"ancova",i,ancova(as.formula(f),d,trt,conf),"stats::lm, emmeans, car") }
anc("12_v_6","y ~ arm + base",people(12,6)); anc("region","y ~ region*arm + base",people(31,27)); anc("large",conf=.9,"y ~ base + arm",people(20,22,1e8,1e10))
d <- people(20,22); d$y[c(1,5,40)] <- NA; d$base[2] <- NA; d$sex[9] <- NA; anc("missing","y ~ base + sex + arm",d)
d <- people(30,33); d$arm <- sample(c("A","B","C"),63,TRUE); anc("three_arms","y ~ base*arm",d)
d <- people(20,23); d$arm <- rep(0:1,c(23,20)); anc("numeric_arm","y ~ base + arm",d)
d <- people(25,20); d$smoker <- rbinom(45,1,.4)==1; anc("order_of_terms","y ~ base + age + smoker + arm + sex:arm + sex",d)
d <- people(12,13); names(d)[2] <- "treatment"; anc("treatment","y ~ base + treatment",d,trt="treatment")
# two samples, pairs, several groups, repeated measures
two <- function(name,x,y,conf=.95) { e <- ttests(x,y,conf); e$wilcoxon_normal$hodges_lehmann <- e$wilcoxon_normal_cc$hodges_lehmann <- NULL; try_add(paste0("two_sample_",name),"two_sample_location",list(x=x,y=y,conf=conf),e,"stats::t.test, wilcox.test","the normal Hodges-Lehmann estimate of R is a root search on a plateau: left out") }
two("7_v_11",round(rnorm(7),2),round(rnorm(11,.5),2)); two("ties",c(1,1,1,2,2,3,3,3,3,4),c(2,2,2,3,3,4,4,4,4,4,5),.9); two("small",rnorm(20)*1e-8,rnorm(13)*1e-8+1e-8); two("2_v_2",c(1,2.5),c(3,7.2))
x <- c(1,2,3,NA,5.5,6); y <- c(2,2,NA,4,9,1); p <- t.test(x,y,paired=TRUE); try_add("paired_missing","paired_t",list(x=x,y=y),list(t=unname(p$statistic),df=unname(p$parameter),p=p$p.value,ci=as.numeric(p$conf.int)),"stats::t.test")
d <- data.frame(arm=rep(0:2,c(3,6,12)),y=round(rnorm(21)*1e8)); f <- y~factor(arm); k <- kruskal.test(f,d); a <- oneway.test(f,d); b <- oneway.test(f,d,var.equal=TRUE); try_add("k_groups_numeric","k_sample",list(data=keep(d,"k_groups")),list(kruskal=c(unname(k$statistic),k$p.value),welch_anova=c(unname(a$statistic),unname(a$parameter),a$p.value),anova=c(unname(b$statistic),unname(b$parameter),b$p.value)),"stats")
course <- function(n1,n0,v) { n <- n1+n0; d <- expand.grid(visit=1:v,id=1:n); d$arm <- ifelse(d$id<=n1,"TRT","PBO"); d$y <- round(rnorm(n)[d$id]+rnorm(n*v)+d$visit*.2,2); d$id <- sprintf("s%03d",d$id); d }
d <- course(12,6,4); d$y[c(5,9)] <- NA; try_add("rm_anova_12_v_6","rm_anova",list(data=keep(d,"rm_missing"),between="arm",within="visit"),rm_anova(d),"afex::aov_ez","two subjects miss a visit and are left out")
d <- course(10,8,4); d$arm <- c("A","B","C")[c(1,1,1,2,2,3)][as.integer(factor(d$id))%%6+1]; try_add("rm_anova_three_arms","rm_anova",list(data=keep(d,"rm_three_arms"),between="arm",within="visit"),rm_anova(d),"afex::aov_ez","9 v 6 v 3")
done("continuous",c("emmeans","car","afex"))
# repeated measures with missing visits: names and order of terms, arms of other codings
mixed <- function(name,d,f) { i <- list(data=keep(d,paste0("gls_",name)),formula=f); d$visit <- factor(d$visit); d$arm <- factor(d$arm); d$t <- as.integer(d$visit); d <- d[!is.na(d$y),]; g <- gls(as.formula(f),d,correlation=corSymm(form=~t|id),weights=varIdent(form=~1|visit),na.action=na.omit,control=glsControl(tolerance=1e-12,msTol=1e-14,maxIter=500,msMaxIter=500)); try_add(paste0("gls_",name),"gls_unstructured",i,list(names=names(coef(g)),coef=unname(coef(g)),se=unname(sqrt(diag(vcov(g)))),minus2loglik=-2*as.numeric(logLik(g))),"nlme::gls") }
d <- course(30,26,3); d$base <- round(rnorm(56,5),1)[as.integer(factor(d$id))]; d$y <- d$y+d$base; d$y[runif(nrow(d))<.2] <- NA; mixed("order_of_terms",d,"y ~ base*visit + arm*visit"); d$arm <- 10*(d$arm=="TRT"); mixed("numeric_arm",d,"y ~ arm*visit + base")
done("mmrm","nlme")
# meta-analysis: two and three studies, no heterogeneity, moderators that are words, common effect
b <- list(ai=c(5,9,30),n1i=c(20,40,60),ci=c(11,12,22),n2i=c(22,38,66)); e <- do.call(meta_bin,b); e$OR_extras$trimfill$se <- NULL; try_add("meta_three","meta_binary",b,e[c("OR","Peto","OR_extras")],"metafor (threshold 1e-14)","trim and fill trims to one study; its standard error follows metafor's default threshold and is left out")
b <- list(ai=c(10,20,30,40),n1i=c(20,40,60,80),ci=c(5,10,15,20),n2i=c(20,40,60,80)); e <- do.call(meta_bin,b); try_add("meta_no_heterogeneity","meta_binary",b,list(OR=e$OR[c("EE","DL","PM","HE")],RR=e$RR[c("EE","DL","PM","HE")],Peto=e$Peto),"metafor","Q is zero")
n1 <- sample(20:200,10); n0 <- sample(20:200,10); d <- data.frame(study=letters[1:10],ai=rbinom(10,n1,plogis(rnorm(10,-.5,.3)+rep(c(0,1.2),5))),n1i=n1,ci=rbinom(10,n0,.5),n2i=n0,dose=round(runif(10,1,5),1),blind=rep(c("no","yes"),5)); file <- keep(d,"moderators")
for (m in c("EE","FE","DL","HE")) { r <- rma(measure="OR",ai=ai,n1i=n1i,ci=ci,n2i=n2i,data=d,mods=~dose+blind,method=m); try_add(paste0("meta_regression_",m),"meta_regression",list(data=file,measure="OR",mods=c("dose","blind"),method=m),list(beta=unname(as.numeric(r$beta)),se=r$se,tau2=r$tau2,QM=r$QM,QMp=r$QMp,R2=r$R2,I2=r$I2),"metafor::rma") }
done("meta","metafor")
# Bayes: priors of any shape, vectors of length one
for (t in list(c(9,12,5,6,.3,.7),c(0,12,0,6,1,1),c(3,12,2,6,14,6),c(9,12,0,6,2,2))) try_add(paste(c("bb",t),collapse="_"),"beta_binomial_two_arm",list(x1=t[1],n1=t[2],x0=t[3],n0=t[4],a=t[5],b=t[6]),bb(t[1],t[2],t[3],t[4],t[5],t[6]),"qbeta, integrate")
u <- mix_update(1,3,4,2,9); tr <- mix_update(1,1,1,9,12); try_add("rmap_one_component","robust_map_binomial",list(w=1,a=3,b=4,x=2,n=9),c(u,list(pr_trt_9_of_12_exceeds=mix_prob(tr,u),pr_exceeds_by_0.1=mix_prob(tr,u,.1))),"closed-form mixture update; integrate")
try_add("rmap_normal_one_component","robust_map_normal",list(w=1,mu=0,sd=2,y=1,se=1),norm_mix_update(1,0,2,1,1),"closed form"); try_add("rmap_normal_far","robust_map_normal",list(w=c(.9,.1),mu=c(-30,0),sd=c(1,100),y=-35,se=.5),norm_mix_update(c(.9,.1),c(-30,0),c(1,100),-35,.5),"closed form")
try_add("ppos_jeffreys","predictive_probability_single_arm",list(x=5,n=12,N=25,p0=.2,posterior_cut=.975,a=.5,b=.5),ppos_single(5,12,25,.2,.975,.5,.5),"closed form")
done("bayes","stats")
# multiplicity
for (g in list(list(n="one",w=1,G=matrix(0,1,1),p=.02),list(n="ties",w=c(.5,.5,0),G=rbind(c(0,.5,.5),c(.5,0,.5),c(.5,.5,0)),p=c(.01,.01,.01)),list(n="part_of_alpha",w=c(.4,.4,.1),G=rbind(c(0,.5,.2),c(.3,0,.3),c(.5,.5,0)),p=c(.009,.02,.003)))) try_add(paste0("graph_",g$n),"graphical",list(weights=g$w,transition=g$G,p=g$p,alpha=.025),graph_test(g$w,g$G,g$p,.025),"own sequentially rejective graph")
for (q in list(.03,c(.9,.99,.8))) { z <- sum(qnorm(q,lower.tail=FALSE))/sqrt(length(q)); try_add(paste0("combine_",length(q),"_of_",q[1]),"p_combination",list(p=q),list(fisher=pchisq(-2*sum(log(q)),2*length(q),lower.tail=FALSE),inverse_normal_equal=pnorm(-z)),"closed form") }
done("multiplicity","stats")
# designs: defaults, unequal looks, both sides, futility by every spending function
rp <- list(default=list(alpha=.025),P_two_sided=list(informationRates=c(.2,.55,1),typeOfDesign="P",sided=2,alpha=.05),WT_two_sided=list(kMax=3,typeOfDesign="WT",deltaWT=.1,sided=2,alpha=.05),HP_two_sided=list(informationRates=c(.3,.6,1),typeOfDesign="HP",sided=2,alpha=.05),bsHSD=list(kMax=3,typeOfDesign="asOF",typeBetaSpending="bsHSD",gammaB=-2),bsKD=list(kMax=3,typeOfDesign="asOF",typeBetaSpending="bsKD",gammaB=2),bsUser=list(kMax=3,typeOfDesign="asOF",typeBetaSpending="bsUser",userBetaSpending=c(.02,.08,.2)),P_binding=list(kMax=3,typeOfDesign="P",futilityBounds=c(-1,.2),bindingFutility=TRUE),user_two_sided=list(kMax=3,typeOfDesign="asUser",userAlphaSpending=c(.01,.02,.05),sided=2,alpha=.05))
for (n in names(rp)) try_add(paste0("rpact_",n),"gs_rpact",rp[[n]],do.call(rpg,rp[[n]]),"rpact")
stop_at <- function(name,i,ds,normal) { a <- i[c("kMax","typeOfDesign","alpha","gammaA","deltaWT")]; names(i)[names(i)=="typeOfDesign"] <- "design"; y <- getAnalysisResults(do.call(getDesignGroupSequential,a[!sapply(a,is.null)]),ds,directionUpper=TRUE,normalApproximation=normal); try_add(paste0("gs_inference_",name),"gs_inference",i,list(test_statistics=y$.stageResults$overallTestStatistics,rci_lower=y$repeatedConfidenceIntervalLowerBounds,rci_upper=y$repeatedConfidenceIntervalUpperBounds,final_stage=y$finalStage,final_p=y$finalPValues,final_ci_lower=y$finalConfidenceIntervalLowerBounds,final_ci_upper=y$finalConfidenceIntervalUpperBounds,median_unbiased=y$medianUnbiasedEstimates),"rpact","repeated p values are left out: rpact searches them below 0.5 and to 1e-6") }
rates <- function(name,k,type,e1,e2,n1,n2,...) stop_at(paste0("rates_",name),list(kMax=k,typeOfDesign=type,events1=e1,n1=n1,events2=e2,n2=n2,...),getDataset(events1=e1,events2=e2,n1=n1,n2=n2),TRUE)
means <- function(name,k,type,m1,m2,s1,s2,n1,n2,...) stop_at(paste0("means_",name),list(kMax=k,typeOfDesign=type,means1=m1,means2=m2,sd1=s1,sd2=s2,n1=n1,n2=n2,...),getDataset(means1=m1,means2=m2,stDevs1=s1,stDevs2=s2,n1=n1,n2=n2),FALSE)
rates("second_look",3,"asOF",c(12,18,19),c(7,6,6),rep(20,3),rep(20,3)); rates("first_look",3,"P",15,5,25,25); rates("going_on",3,"P",c(16,14),c(12,13),c(25,25),c(25,25)); rates("alpha_5_percent",3,"asKD",c(9,8,15),c(9,6,9),rep(20,3),rep(20,3),gammaA=2,alpha=.05)
means("first_look",2,"asP",c(3.9,2),c(1.1,1.2),c(2,2.1),c(1.9,2.2),c(30,30),c(30,30)); means("unequal_arms",3,"OF",c(1.9,2,2.3),c(1.1,1.2,1),c(2,2.1,2),c(1.9,2.2,2.1),c(30,20,25),c(25,30,24)); means("one_of_three",3,"asOF",1.9,1.1,2,1.9,12,6)
try_add("binomial_one_look","binomial_monitoring",list(n=15,lower=7,upper=8,p=.5),list(binom_mon(15,7,8,.5)),"own recursion")
z <- qnorm(.975)+qnorm(.9); try_add("events_near_one","events_logrank",list(hr=.95,ratio=.5,alpha_one_sided=.025,power=.9),list(schoenfeld=z^2/(2/9*log(.95)^2),freedman=z^2*(1+.5*.95)^2/(.5*.05^2)),"closed forms")
done("design","rpact")
