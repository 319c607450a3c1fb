import {Tabs as Radix} from 'radix-ui'
import {useEffect, useRef, type ReactNode} from 'react'
import {joined} from './joined.ts'

interface Tab<I extends string> {
  readonly id: I
  readonly label: string
  readonly count?: number | string | undefined
}

/** Tabs and below them their panels, a `TabPanel` each. Arrow keys go from tab to tab. */
export function Tabs<I extends string>({
  tabs,
  value,
  onChange,
  label,
  end,
  className,
  children,
}: {
  tabs: readonly Tab<I>[]
  value: I
  onChange: (id: I) => void
  label: string
  /** At the right of the tabs. */
  end?: ReactNode
  className?: string | undefined
  children?: ReactNode
}) {
  const strip = useRef<HTMLDivElement>(null)
  // Which one is shown, and how wide all are: figures that come later move it.
  const layout = [
    tabs.findIndex(({id}) => id === value),
    ...tabs.map(({count = ''}) => `${count}`.length),
  ].join()
  // Where there is no room for all of them, the one that is shown is seen.
  useEffect(() => {
    const shown = strip.current?.children[Number.parseInt(layout)]
    shown?.scrollIntoView({block: 'nearest', inline: 'nearest'})
  }, [layout])
  return (
    <Radix.Root
      value={value}
      onValueChange={(id) => onChange(id as I)}
      className={joined(
        'grid min-h-0 min-w-0 grid-rows-[40px_minmax(0,1fr)] pointer-coarse:grid-rows-[44px_minmax(0,1fr)]',
        className,
      )}
    >
      <div className="flex min-w-0 border-b border-line pr-1.5 pl-3">
        <Radix.List
          ref={strip}
          aria-label={label}
          className="-mb-px flex min-w-0 flex-1 gap-0.5 overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
        >
          {tabs.map(({id, label, count}) => (
            <Radix.Trigger
              key={id}
              value={id}
              className="flex shrink-0 items-center gap-1.5 border-b-2 border-transparent px-[9px] font-medium whitespace-nowrap text-text-2 hover:text-text focus-visible:shadow-focus-in data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {label}
              {count !== undefined && <span className="num text-12 font-normal text-text-3">{count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {end !== undefined && <div className="flex shrink-0 items-center gap-1">{end}</div>}
      </div>
      {children}
    </Radix.Root>
  )
}

export function TabPanel({
  id,
  className,
  children,
}: {
  id: string
  className?: string | undefined
  children: ReactNode
}) {
  return (
    <Radix.Content value={id} className={joined('min-h-0 min-w-0 focus-visible:shadow-focus-in', className)}>
      {children}
    </Radix.Content>
  )
}
