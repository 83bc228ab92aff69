# Risk differences against a margin, and rates of events. Run from the root of the repository.
M <- "tests/reference/R/methods/"; source(paste0(M,"common.R")); source(paste0(M,"binary.R")); suppressMessages(library(rpact))
# score tests: own search for the restricted maximum (binary.R), rpact as second opinion of Farrington and Manning
fm_rpact <- function(x1,n1,x0,n0,d) { s <- getStageResults(getDesignGroupSequential(kMax=1,alpha=.025),getDataset(n1=n1,n2=n0,events1=x1,events2=x0),thetaH0=d,stage=1,normalApproximation=TRUE); list(z=s$overallTestStatistics[1]) }
side <- function(z) list(z=z,p_greater=pnorm(-z),p_less=pnorm(z))
for (t in list(c(9,12,5,6),c(27,30,25,28),c(7,12,1,12),c(56,70,48,80),c(30,58,30,60),c(10,29,9,29),c(0,10,3,10),c(12,12,6,6))) for (d in c(-.2,-.1,.1,.25)) try_add(paste(c("margin",t,d),collapse="_"),"risk_difference_against",list(x1=t[1],n1=t[2],x0=t[3],n0=t[4],difference=d),
  c(list(farrington_manning=side(z_rd(d,t[1],t[2],t[3],t[4],FALSE)),miettinen_nurminen=side(z_rd(d,t[1],t[2],t[3],t[4],TRUE))),if (t[1]>0 && t[1]<t[2]) list(rpact=fm_rpact(t[1],t[2],t[3],t[4],d))),"own root search for the restricted proportions; rpact::getStageResults","one-sided: p_greater is against a difference of at most d")
flush_cases("tests/reference/json/margin.json",c("stats","rpact"))
# rates: exact limits of Garwood, exact conditional ratio
for (a in list(c(0,12.5),c(1,3.2),c(7,41.75),c(31,18.5),c(240,1033.1))) for (cl in c(.9,.95)) { p <- poisson.test(a[1],a[2],conf.level=cl); try_add(paste(c("rate",a,cl*100),collapse="_"),"event_rate",list(events=a[1],time=a[2],conf=cl),list(estimate=unname(p$estimate),ci=as.numeric(p$conf.int)),"stats::poisson.test") }
for (a in list(c(3,11.5,4,6.1),c(11,84.2,22,79.9),c(0,11.5,4,6.1),c(5,20,0,19.5),c(15,17.1,15,17.1),c(140,210.5,99,190.25),c(1,250,9,100))) for (cl in c(.9,.95)) {
  p <- poisson.test(a[c(1,3)],a[c(2,4)],conf.level=cl); one <- function(s) poisson.test(a[c(1,3)],a[c(2,4)],alternative=s)$p.value
  try_add(paste(c("rate_ratio",a,cl*100),collapse="_"),"rate_ratio",list(events1=a[1],time1=a[2],events0=a[3],time0=a[4],conf=cl),list(estimate=unname(p$estimate),ci=as.numeric(p$conf.int),p_two_sided=p$p.value,p_greater=one("greater"),p_less=one("less")),"stats::poisson.test","arm 1 = experimental; exact test given the total of events") }
flush_cases("tests/reference/json/rate.json")
