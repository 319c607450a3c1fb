/** Stretches of time in which a server did alike. */
import type {HealthChange} from '../../../api/history.ts'
import {text} from '../../../i18n/text.ts'
import {healthLook} from './health-words.ts'

interface Stretch {
  /** Epoch ms. */
  readonly from: number
  readonly to: number
  /** `null` = nobody knows. */
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet' | null
  readonly words: string
}

/** @param changes newest first, may begin before `from` */
export function healthTimeline(
  changes: readonly HealthChange[],
  from: number,
  to: number,
): readonly Stretch[] {
  const stretches: Stretch[] = []
  let end = to
  for (const change of changes) {
    if (change.at >= end) continue
    const begin = Math.max(change.at, from)
    stretches.unshift(stretchOf(change, begin, end))
    end = begin
    if (begin === from) break
  }
  if (end > from) stretches.unshift({from, to: end, tone: null, words: text('server.band.unknown')})
  return stretches
}

function stretchOf(change: HealthChange, from: number, to: number): Stretch {
  const {tone, word} = healthLook(change)
  const isDrawn = tone === 'good' || tone === 'warn' || tone === 'bad'
  return {from, to, tone: isDrawn ? tone : 'quiet', words: text(word)}
}
