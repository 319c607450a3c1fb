/** Rules that look now: which of them do, and what was shown of them. Pure. */
import type {Rule, RulePreview, RunOrder} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {isRemoving} from './form/rule-document.ts'

/** `null` = it runs. */
export function whyNotRun({
  mode,
  subject,
  suspended,
  obstacle,
}: Pick<Rule, 'mode' | 'subject' | 'suspended' | 'obstacle'>): string | null {
  if (mode === 'off') return text('rules.run.not.off')
  if (suspended !== null) return text('rules.run.not.paused')
  if (obstacle !== null || subject === null) return text('rules.run.not.obstacle')
  if (subject === 'path') return text('rules.run.not.paths')
  return subject === 'torrent' ? null : text('rules.run.not.whole')
}

/** It acts unasked, and something may go by it. */
export function takesAway({mode, actions}: Pick<Rule, 'mode' | 'actions'>): boolean {
  return mode === 'live' && isRemoving([{actions}])
}

/** A rule with its preview, in the revision that it is of. */
export interface ShownRun extends Pick<Rule, 'id' | 'revision' | 'mode'> {
  readonly preview: Pick<RulePreview, 'would_act' | 'unknown' | 'shown'>
}

/** What is confirmed: rules that would do nothing are left out. */
export function runSummary(shown: readonly ShownRun[]): {
  readonly orders: readonly RunOrder[]
  readonly words: string
} {
  const some = shown.filter(({preview: {would_act: acts, unknown}}) => acts.count + unknown.count > 0)
  const sum = (of: (preview: ShownRun['preview']) => number) =>
    some.reduce((all, {preview}) => all + of(preview), 0)
  const [count, unknown] = [sum((it) => it.would_act.count), sum((it) => it.unknown.count)]
  return {
    orders: some.flatMap(({id, revision, mode, preview: {shown: its}}) =>
      its === null ? [] : [{id, revision, mode, shown: its}],
    ),
    words: [
      count === 0
        ? text('rules.run.none')
        : text('rules.run.all', {count, size: written(bytes(sum((it) => it.would_act.bytes)))}),
      ...(unknown === 0 ? [] : [text('rules.run.unknown', {count: unknown})]),
    ].join(' '),
  }
}
