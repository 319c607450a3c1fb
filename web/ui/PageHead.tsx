import type {ReactNode} from 'react'

/** The head of a page: its title, what it says about itself, what can be done. */
export function PageHead({title, note, actions}: {title: ReactNode; note?: ReactNode; actions?: ReactNode}) {
  return (
    <header className="mb-4 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="min-w-0 text-20/tight font-bold tracking-[-.015em] wrap-anywhere">{title}</h1>
      {note !== undefined && <div className="min-w-0 text-text-2">{note}</div>}
      {actions !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

/** Pages of one column that scroll by themselves. */
export const pageClass =
  'h-full overflow-y-auto px-8 pt-6 pb-12 max-phone:px-3.5 max-phone:pt-4 max-phone:pb-8'

/** What such a page holds where it is read or filled in: narrower than others, its title at the same place as theirs. */
export const narrowClass = 'mx-auto max-w-[1240px] *:max-w-[980px]'
