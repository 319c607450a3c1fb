/** How many a rule wanted while it only simulated, in words. */
import type {RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'

export type Lately = NonNullable<RulePreview['lately']>
export type Span = 'day' | 'week'

/** Of those that are there still; where there are none of them, of those that are gone. */
export function latelyWords(
  {count, bytes: size, gone}: Lately[Span],
  subject: RulePreview['subject'],
  span: Span,
): string {
  if (count + gone === 0) return text(`rules.lately.${span}.none`)
  if (count === 0) return text(`rules.lately.${span}.gone`, {count: gone})
  const words = {count, size: written(bytes(size))}
  return subject === 'path'
    ? text(`rules.lately.${span}.orphans`, words)
    : text(`rules.lately.${span}`, words)
}
