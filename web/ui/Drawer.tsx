import {X} from 'lucide-react'
import {Dialog as Radix} from 'radix-ui'
import type {ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {useLayerFocus} from './focus-origin.ts'
import {IconButton} from './IconButton.tsx'
import {joined} from './joined.ts'
import {useOpenLayer} from './open-layers.ts'
import {usePhone} from './use-media.ts'

/** What stands at the left of wide screens, on narrow ones: from the left, on phones from below. */
export function Drawer({
  open,
  onOpenChange,
  title,
  children,
  footer,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  footer?: ReactNode
}) {
  const isPhone = usePhone()
  useOpenLayer(open)
  const focus = useLayerFocus()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="kit-scrim fixed inset-0 z-scrim bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          {...focus}
          className={joined(
            'fixed z-dialog flex flex-col overflow-hidden bg-raised shadow-3 focus-visible:shadow-3',
            isPhone
              ? 'kit-sheet inset-x-0 bottom-0 max-h-[88dvh] rounded-t-xl'
              : 'kit-drawer inset-y-0 left-0 w-[300px]',
          )}
        >
          <header className="flex min-h-12 items-center gap-2 border-b border-line py-2 pr-2 pl-4">
            <Radix.Title className="min-w-0 flex-1 truncate text-14 font-bold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={text('dialog.close')} icon={X} keys="Esc" />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-2">{children}</div>
          {footer && (
            <footer className="flex gap-2 border-t border-line bg-bg p-3 pb-[calc(12px+env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
