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
  if (subject === 'wanted') return text('rules.run.not.wanted')
  return subject === 'torrent' ? null : text('rules.run.not.whole')
}

/** It acts unasked, and something may go by it. */
export function takesAway({mode, actions}: Pick<Rule, 'mode' | 'actions'>): boolean {
  return mode === 'live' && isRemoving([{actions}])
}

/** A rule with its preview, in the revision that it is of. */
export interface ShownRun extends Pick<Rule, 'id' | 'revision' | 'mode'> {
  readonly preview: Pick<RulePreview, 'would_act' | 'unknown' | 'shown' | 'rows'>
}

/**
 * What is confirmed, and what it is together: rules that would do nothing are left out.
 * @param all so many run; of some it may not be known yet
 */
export function runSummary(
  shown: readonly ShownRun[],
  all = shown.length,
): {readonly orders: readonly RunOrder[]; readonly words: string} {
  const some = shown.filter(({preview: {would_act: acts, unknown}}) => acts.count + unknown.count > 0)
  const unknown = some.reduce((sum, {preview}) => sum + preview.unknown.count, 0)
  return {
    orders: some.flatMap(({id, revision, mode, preview: {shown: its}}) =>
      its === null ? [] : [{id, revision, mode, shown: its}],
    ),
    words: [
      amountOf(some),
      ...(unknown === 0 ? [] : [text('rules.run.unknown', {count: unknown})]),
      ...(shown.length < all ? [text('rules.run.so-far', {shown: shown.length, count: all})] : []),
    ].join(' '),
  }
}

/** Each torrent once, where all are named; of very many one counts for each rule that acts on it. */
function amountOf(runs: readonly ShownRun[]): string {
  const rows = runs.flatMap(({preview}) => preview.rows)
  const [count, size] = runs.reduce(
    ([torrents, sum], {preview: {would_act: acts}}) => [torrents + acts.count, sum + acts.bytes],
    [0, 0],
  )
  if (count === 0) return text('rules.run.none')
  const isNamed = runs.every(({preview}) => preview.rows.length === preview.would_act.count)
  if (!isNamed) return text('rules.run.all-each', {count, size: written(bytes(size))})
  const seen = new Set<string>()
  let twice = 0
  for (const {server_id: server, info_hash: hash, size: its} of rows) {
    const name = `${server} ${hash}`
    if (seen.has(name)) twice += its ?? 0
    seen.add(name)
  }
  return text('rules.run.all', {count: seen.size, size: written(bytes(Math.max(0, size - twice)))})
}
