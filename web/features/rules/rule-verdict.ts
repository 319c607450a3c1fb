/** Why a rule would do nothing now: the first of these that is true. Pure. */
import type {RulePreview} from '../../api/rules.ts'
import {text, type TextKey, type TextValues} from '../../i18n/text.ts'

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
