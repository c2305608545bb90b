/** Forms of the verbs that phrases are made of, first the one the phrase is written with. */
export const IRREGULAR: readonly (readonly string[])[] = `
break breaks broke broken breaking
buy buys bought buying
swing swings swung swinging
hold holds held holding
take takes took taken taking
lose loses lost losing
go goes went gone going
come comes came coming
get gets got getting gotten
make makes made making
win wins won winning
fall falls fell fallen falling
raise raises raised raising
file files filed filing
charge charges charged charging
pull pulls pulled pulling
cash cashes cashed cashing
sue sues sued suing
beat beats beating
halt halts halted halting
pause pauses paused pausing
suspend suspends suspended suspending
freeze freezes froze frozen freezing
drain drains drained draining
approve approves approved approving
add adds added adding
partner partners partnered partnering
team teams teamed teaming
load loads loaded loading
miss misses missed missing
slip slips slipped slipping
plead pleads pleaded pleading pled
copy copies copied copying
believe believes believed believing
need needs needed needing
shop shops shopped shopping
blow blows blew blown blowing
blast blasts blasted blasting
return returns returned returning
cut cuts cutting
step steps stepped stepping
cross crosses crossed crossing
dip dips dipped dipping
join joins joined joining
award awards awarded awarding
accumulate accumulates accumulated accumulating
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));
