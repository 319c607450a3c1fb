import {StateIcon} from '../../../ui/StateIcon.tsx'
import type {Sentence} from './sentence.ts'

/** What it does and what that means, before any figure. */
export function SentenceLine({sentence: {icon, words, quote, next}}: {sentence: Sentence}) {
  return (
    <p className="mb-[11px] flex items-start gap-[9px] leading-[1.4]">
      <StateIcon state={icon} className="mt-px" />
      <span className="min-w-0 text-pretty wrap-anywhere">
        {words} {quote !== '' && <q className="font-medium">{quote}</q>}{' '}
        {next !== '' && <span className="text-text-2">{next}</span>}
      </span>
    </p>
  )
}
