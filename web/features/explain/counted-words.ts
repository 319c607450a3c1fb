/** How far what is counted has come. */
import type {Verdict} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {count, duration, percent, ratio, written} from '../../ui/format.ts'

type Counted = Verdict['reasons'][number]['counted'][number]

/** "4 h of 10 d". */
export function countedWords({done, needed, unit}: Counted): string {
  return text('why.held.of', {done: figureWords(done, unit), needed: figureWords(needed, unit)})
}

function figureWords(value: number, unit: Counted['unit']): string {
  switch (unit) {
    case 'seconds':
      return written(duration(value))
    case 'share':
      return written(percent(value))
    case 'plain':
      return written(ratio(value))
    case 'count':
      return count(value)
  }
}
