import type {ReactNode} from 'react'
import {joined} from './joined.ts'

export interface Definition {
  readonly id: string
  readonly term: string
  readonly value: ReactNode
}

/** Terms and their values, one line each. */
export function DefinitionList({
  entries,
  className,
}: {
  entries: readonly Definition[]
  className?: string | undefined
}) {
  return (
    <dl
      className={joined(
        'grid grid-cols-[max-content_minmax(0,1fr)] content-start gap-x-3.5 gap-y-[5px]',
        className,
      )}
    >
      {entries.map(({id, term, value}) => (
        <div key={id} className="contents">
          <dt className="text-text-3">{term}</dt>
          <dd className="min-w-0 truncate">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
