/** What a rule that only simulates wanted, by the lines that stand in the journal. */
import type {Verdicts} from '#automation-state/verdicts.ts'
import {subjectKinds} from '#model/fact.ts'
import type {Rule} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import type {WantedLately} from '#registry/rules/lately.ts'
import {simulatedActions} from '../actions/simulated-words.ts'

/** Of this revision of it, since then: each subject once. */
export function* simulatedBy(
  verdicts: Pick<Verdicts, 'of'>,
  {id, revision}: Rule,
  since: EpochMs,
): Iterable<WantedLately> {
  for (const {subject, said, lastAt: at} of verdicts.of(id, since)) {
    const actions = simulatedActions(said, revision)
    const space = subject.indexOf(' ')
    const kind = subjectKinds.find((it) => it === subject.slice(0, space))
    if (actions && kind) yield {kind, key: subject.slice(space + 1), actions, at}
  }
}
