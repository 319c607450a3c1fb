import {OctagonX} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import type {Mistake} from './mistakes.ts'

/** What is wrong with a text, each with the way to its line. */
export function MistakeList({
  mistakes,
  onLine,
}: {
  mistakes: readonly Mistake[]
  onLine: (line: number) => void
}) {
  return (
    <ul role="alert" className="grid gap-1 empty:hidden">
      {mistakes.map(({line, message}) => (
        <li key={`${line} ${message}`} className="flex items-start gap-2 text-st-error">
          <Icon icon={OctagonX} className="mt-0.5" />
          <span className="min-w-0 text-pretty wrap-anywhere">
            {line === null ? (
              message
            ) : (
              <>
                <TextButton onClick={() => onLine(line)}>{text('rules.jump', {line})}</TextButton> {message}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
