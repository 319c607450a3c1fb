import {useEffect, useRef, type ReactNode} from 'react'

/** What a step is about. Who comes from another step begins here, not where the button was that is gone. */
export function StepHead({title, children}: {title: string; children: ReactNode}) {
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A field that took the focus at once keeps it.
    if (document.activeElement === document.body) head.current?.focus()
  }, [])
  return (
    <>
      <h1
        ref={head}
        tabIndex={-1}
        className="text-28/tight font-bold tracking-[-.025em] text-balance outline-none max-phone:text-20"
      >
        {title}
      </h1>
      <p className="mt-1.5 mb-4.5 max-w-[62ch] text-14 text-pretty text-text-2">{children}</p>
    </>
  )
}
