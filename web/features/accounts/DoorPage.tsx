import type {ReactNode} from 'react'
import {useTheme} from '../shell/use-theme.ts'
import {useTitle} from '../shell/use-title.ts'
import {Pennant} from '../../ui/Pennant.tsx'
import {text} from '../../text/text.ts'

/** The frame of pages for who is not in yet. */
export function DoorPage({title, children}: {title: string; children: ReactNode}) {
  useTheme()
  useTitle(title)
  return (
    <main className="grid min-h-dvh place-items-center bg-bg p-4">
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
