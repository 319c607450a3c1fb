import type {ReactNode} from 'react'

/** What a step is about. */
export function StepHead({title, children}: {title: string; children: ReactNode}) {
  return (
    <>
      <h1 className="text-28/tight font-bold tracking-[-.025em] text-balance max-phone:text-20">{title}</h1>
      <p className="mt-1.5 mb-4.5 max-w-[62ch] text-14 text-pretty text-text-2">{children}</p>
    </>
  )
}
