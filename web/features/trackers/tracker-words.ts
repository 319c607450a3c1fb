/** What a tracker requires, in words. */
import {text} from '../../i18n/text.ts'
import type {TrackerProfile} from '../../api/tracker-names.ts'
import {duration, ratio, written} from '../../ui/format.ts'

/** "72 h or ratio 1.0"; "no requirement of its own". */
export function requiresWords(obligation: TrackerProfile['obligation']): string {
  if (obligation === null) return text('tracker-requires.nothing')
  const {need, ratio: wanted, time} = obligation
  const ratioText = written(ratio(wanted))
  const timeText = written(duration(time))
  if (time === 0) return text('tracker-requires.ratio', {ratio: ratioText})
  if (wanted === 0) return text('tracker-requires.time', {time: timeText})
  return text(`tracker-requires.${need}`, {time: timeText, ratio: ratioText})
}
