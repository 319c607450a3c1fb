/** Why a rule would do nothing now: the first of these that is true; and where what it looks at drops out. Pure. */
import {withChoice} from '#search-query/choices.ts'
import type {RulePreview} from '../../api/rules.ts'
import {text, type TextKey, type TextValues} from '../../i18n/text.ts'
import {duration, written} from '../../ui/format.ts'
import {valueWords} from '../explain/fact-words.ts'

type Counts = Pick<RulePreview, 'subject' | 'looked'> & {
  readonly [name in 'matched' | 'held' | 'blocked' | 'unknown' | 'would_act']: {readonly count: number}
}

/** '' = it would do something. */
export function ruleVerdict({
  subject,
  looked,
  matched,
  held,
  blocked,
  unknown,
  would_act: wouldAct,
}: Counts): string {
  if (wouldAct.count > 0) return ''
  const say = (key: TextKey, values: TextValues = {}) => text(key, values)
  const isOfPaths = subject === 'path'
  if (looked === 0) return say(isOfPaths ? 'preview.why.no-orphans' : 'preview.why.no-torrents')
  if (matched.count === 0) {
    if (unknown.count >= looked) return say('preview.why.unknown')
    return say(isOfPaths ? 'preview.why.no-orphan' : 'preview.why.no-torrent')
  }
  if (held.count >= matched.count) return say('preview.why.held', {count: held.count})
  if (blocked.count >= matched.count) return say('preview.why.blocked', {count: blocked.count})
  return say('preview.why.both', {count: matched.count})
}

export type NamedTorrents = RulePreview['funnel']['scope_first']

/** Digits that tell the hashes of a fleet from each other. */
const DIGITS = 12

/** A search for just these: a hash may be on several servers. */
export function queryFor(torrents: NamedTorrents): string {
  const groups = [...Map.groupBy(torrents, (it) => it.server_id)].map(([server, some]) => {
    const hashes = some.map((it) => it.info_hash.slice(0, DIGITS)).join(',')
    return `${withChoice('', 'server', server, 'include')} hash:${hashes}`
  })
  return groups.length === 1 ? groups[0]! : groups.map((it) => `(${it})`).join(' OR ')
}

type FunnelPart = RulePreview['funnel']['parts'][number]
type Near = RulePreview['funnel']['nearest'][number]

/** "age at least 14 d". @param now epoch ms */
export function partWords({says, op, threshold, unit, window}: FunnelPart, now: number): string {
  if (says === null || op === null) return text('preview.funnel.several')
  const what = window === null ? says : text('why.over', {what: says, time: written(duration(window))})
  const asked = text(`why.op.${op}` satisfies TextKey, {value: valueWords(threshold, unit, now)})
  return text(op === 'eq' ? 'preview.funnel.is' : 'preview.funnel.part', {what, asked})
}

/** The part that none of those meets which meet all before it, and how many they are; `null` = some meet all. */
export function stopIn({in_scope: inScope, parts}: RulePreview['funnel']): {at: number; last: number} | null {
  const at = parts.findIndex(({count}) => count === 0)
  if (at < 0 || inScope === 0) return null
  return {at, last: parts[at - 1]?.count ?? inScope}
}

/** "age: 20 h to go". */
export function nearWords({says, unit, lacks, too_much: isTooMuch}: Near, now: number): string {
  const value = valueWords(lacks, unit, now)
  return text(isTooMuch ? 'preview.near.more' : 'preview.near.less', {what: says, value})
}
