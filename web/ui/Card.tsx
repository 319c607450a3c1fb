import type {ReactNode} from 'react'
import {joined} from './joined.ts'

/** A group of things that belong together. With a title it is a region of the page. */
export function Card({
  title,
  note,
  actions,
  isPadded = true,
  className,
  children,
}: {
  title?: string | undefined
  /** Beside its title: how many there are, in which order. */
  note?: ReactNode
  actions?: ReactNode
  /** Lists and tables reach its edges. */
  isPadded?: boolean | undefined
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <section
      aria-label={title}
      className={joined('min-w-0 rounded-l border border-line-strong bg-surface', className)}
    >
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3.5 py-1">
          <h2 className="min-w-0 truncate font-bold">{title}</h2>
          {note}
          {actions && <div className="ml-auto flex flex-wrap items-center gap-x-2 gap-y-1">{actions}</div>}
        </header>
      )}
      {isPadded ? <div className="p-3.5">{children}</div> : children}
    </section>
  )
}
