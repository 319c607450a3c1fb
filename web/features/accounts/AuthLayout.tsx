import type {ReactNode} from 'react'
import {text} from '../../i18n/text.ts'
import {Pennant} from '../../ui/Pennant.tsx'
import {useTheme, useTitle} from '../../ui/use-document.ts'

/** The frame of pages for who is not in yet. */
export function AuthLayout({title, children}: {title: string; children: ReactNode}) {
  useTheme()
  useTitle(title)
  return (
    // From the top: what is written stays in its place when another field comes.
    <main className="grid min-h-dvh items-start justify-items-center bg-bg px-4 pt-[max(16px,18dvh)] pb-4">
      <div className="grid w-full max-w-[360px] gap-5">
        <div className="flex items-center gap-2 text-accent">
          <Pennant size={20} />
          <span className="text-14 font-bold text-text">{text('app.name')}</span>
        </div>
        <h1 className="text-20/tight font-bold tracking-[-.015em]">{title}</h1>
        {children}
      </div>
    </main>
  )
}
