import type {RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {bytes, written} from '../../ui/format.ts'
import {deedWords} from '../explain/action-words.ts'
import {latelyWords, watchedTime, type Lately, type Span} from './lately-words.ts'

/** What a rule wanted within a day or a week, while it only simulated; of the day also by action. */
export function LatelyList({
  lately,
  subject,
  span,
  since,
}: {
  lately: Lately
  subject: RulePreview['subject']
  span: Span
  /** As it stands it was first looked at then; `null` = not known. */
  since: number | null
}) {
  const time = watchedTime(span, since, useNow(60_000))
  const {count, gone} = lately[span]
  return (
    <div className="grid gap-1 text-12 text-pretty text-text-2">
      <p>{latelyWords(lately[span], subject, time)}</p>
      {span === 'day' && lately.actions.length > 0 && (
        <ul className="num list-disc pl-5">
          {lately.actions.map((it) => (
            <li key={it.name}>
              {text('rules.lately.action', {
                what: deedWords(it.name),
                count: it.count,
                size: written(bytes(it.bytes)),
              })}
            </li>
          ))}
        </ul>
      )}
      {count > 0 && gone > 0 && <p>{text('rules.lately.more-gone', {count: gone})}</p>}
    </div>
  )
}
