import type {ReactNode} from 'react'
import type {RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {LongWait} from '../../ui/LongWait.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {triedTogether} from './tried.ts'
import {TriedResult} from './TryRule.tsx'

/** One rule of a dialog, with what it would do now. */
export function RuleTried({
  name,
  note,
  preview,
  isFailed,
  children,
}: {
  name: string
  note: string
  /** `null` = not known yet. */
  preview: RulePreview | null
  isFailed: boolean
  children?: ReactNode
}) {
  const tried = preview && triedTogether([preview])
  return (
    <section
      aria-label={name}
      aria-busy={tried === null || undefined}
      className="grid gap-1.5 border-t border-line pt-3 first:border-t-0 first:pt-0"
    >
      <h3 className="flex flex-wrap items-baseline gap-x-2 font-medium wrap-anywhere">
        {name}
        <span className="text-12 font-normal text-text-2">{note}</span>
      </h3>
      {tried !== null && <TriedResult tried={tried} isTrial={false} />}
      {tried === null && !isFailed && (
        <>
          <Skeleton width={180} height={20} />
          <LongWait words={text('preview.long')} />
        </>
      )}
      {children}
    </section>
  )
}
