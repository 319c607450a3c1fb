/**
 * What the nearest rule is about to do to a torrent, and when. Only rules that wait for their time already are judged,
 * so that a whole queue can be asked about every few seconds.
 */
import {judge, openActions, wantedActions} from '#rules/judging.ts'
import type {Circumstances} from '#rules/explain.ts'
import type {CompiledRule} from '#rules/compiled-rule.ts'
import type {RuleBook} from '#rules/rule-book.ts'
import type {ComingDeed} from '#model/decision.ts'

/** `null` = no rule that acts or asks waits for its time; a rule that has no time to wait for acts in its next pass. */
export function comingDeed<S>(
  book: RuleBook<S>,
  subject: S,
  now: Circumstances,
): Omit<ComingDeed, 'key'> | null {
  let nearest: Omit<ComingDeed, 'key'> | null = null
  for (const compiled of book.rules) {
    const coming = comingOf(compiled, subject, now)
    // Of equal ones the first decides.
    if (coming && (nearest === null || coming.left < nearest.left)) nearest = coming
  }
  return nearest
}

function comingOf<S>(
  compiled: CompiledRule<S>,
  subject: S,
  now: Circumstances,
): Omit<ComingDeed, 'key'> | null {
  const {id, name, mode} = compiled.rule
  const memory = now.memoryOf(compiled.rule)
  if (memory === null || (mode !== 'live' && mode !== 'ask')) return null
  const judged = judge(compiled, subject, memory, now)
  if (judged.verdict !== 'yes' || judged.isDue || judged.hold === null) return null
  // What hangs on facts that nobody looked up yet counts as what it may become.
  const wanted =
    wantedActions(compiled, subject, judged.memory) ?? compiled.actions.map((action) => action.wanted)
  const actions = openActions(compiled, subject, wanted).map(({action}) => action)
  return actions.length === 0 ? null : {ruleId: id, ruleName: name, mode, actions, left: judged.hold.left}
}
