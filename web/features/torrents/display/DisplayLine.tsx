import type {ReactNode} from 'react'

/** A setting of the list: its name at the left, what can be chosen at the right. */
export function DisplayLine({label, children}: {label: string; children: ReactNode}) {
  return (
    <div className="grid grid-cols-[84px_minmax(0,1fr)] items-center gap-2">
      <span className="text-12 text-text-2">{label}</span>
      <div className="flex min-w-0 items-center justify-end gap-1">{children}</div>
    </div>
  )
}
