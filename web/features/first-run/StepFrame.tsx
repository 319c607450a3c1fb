import {useEffect, useRef, type ReactNode} from 'react'

/**
 * A step: what it is about, and its way on, which is always in sight. It stays when another one is shown, so that nothing
 * that was typed in it is lost.
 */
export function StepFrame({
  isNow,
  title,
  lead,
  footer,
  children,
}: {
  isNow: boolean
  title: string
  lead: ReactNode
  /** Back at the left, the way on at the right. */
  footer: ReactNode
  children: ReactNode
}) {
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // Who comes from another step begins here; a field that took the focus at once keeps it.
    if (isNow && !(document.activeElement instanceof HTMLInputElement)) head.current?.focus()
  }, [isNow])
  return (
    <section hidden={!isNow} className="row-span-2 grid min-h-0 grid-rows-subgrid [&[hidden]]:hidden">
      <div className="min-h-0 overflow-y-auto [scrollbar-width:thin]">
        <div className="mx-auto max-w-[720px] px-6 pt-5 pb-7 max-phone:px-4">
          <h1
            ref={head}
            tabIndex={-1}
            className="text-28/tight font-bold tracking-[-.025em] text-balance outline-none max-phone:text-20"
          >
            {title}
          </h1>
          <p className="mt-1.5 mb-4.5 text-14 text-pretty text-text-2">{lead}</p>
          <div className="grid gap-3.5">{children}</div>
        </div>
      </div>
      <footer className="border-t border-line-strong bg-bg">
        <div className="mx-auto flex max-w-[720px] flex-wrap items-center gap-x-3 gap-y-2 px-6 py-3.5 max-phone:px-4">
          {footer}
        </div>
      </footer>
    </section>
  )
}
