import {X} from 'lucide-react'
import {Dialog as Radix} from 'radix-ui'
import type {KeyboardEvent, ReactNode, RefObject} from 'react'
import {text} from '../i18n/text.ts'
import {useLayerFocus} from './focus-origin.ts'
import {IconButton} from './IconButton.tsx'
import {joined} from './joined.ts'
import {isCommandHeld} from './keys.ts'
import {useOpenLayer} from './open-layers.ts'

export type DialogSize = 's' | 'm' | 'l' | 'xl'

const widths: Readonly<Record<DialogSize, string>> = {
  s: 'max-w-[420px]',
  m: 'max-w-[560px]',
  l: 'max-w-[720px]',
  xl: 'max-w-[960px]',
}

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  size?: DialogSize | undefined
  /** Ctrl Enter sends a form within, also from outside of its fields; without one it presses the main button. */
  children?: ReactNode
  /** Stays in sight: buttons at its end, on its left what follows. */
  footer?: ReactNode
  /** What has the focus at first; else the first field. */
  initialFocus?: RefObject<HTMLElement | null> | undefined
  /** It shows what is not shown again: a press beside it, as the second of two quick ones is, does not close it. */
  isShownOnce?: boolean | undefined
}

/** In the middle of a wide screen, from below on a narrow one. The focus goes back where it came from. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  size = 'm',
  children,
  footer,
  initialFocus,
  isShownOnce = false,
}: DialogProps) {
  useOpenLayer(open)
  const focus = useLayerFocus(() => initialFocus?.current)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="kit-scrim fixed inset-0 z-scrim grid place-items-center overflow-hidden bg-scrim p-6 max-phone:place-items-end max-phone:p-0">
          <Radix.Content
            className={joined(
              'kit-dialog z-dialog flex max-h-[calc(100dvh-48px)] w-full max-[1100px]:max-h-[calc(100dvh-104px)] flex-col overflow-hidden rounded-xl bg-raised shadow-3 focus-visible:shadow-3 max-phone:max-h-[94dvh] max-phone:max-w-none max-phone:rounded-b-none',
              widths[size],
            )}
            {...(!description && {'aria-describedby': undefined})}
            onKeyDown={submitOnCommandEnter}
            onPointerDownOutside={(event) => {
              if (isShownOnce) event.preventDefault()
            }}
            {...focus}
          >
            <header
              className={joined('flex items-start gap-3 pr-3 pb-2 pl-5', description ? 'pt-5' : 'pt-3')}
            >
              <div className="grid min-h-8 min-w-0 flex-1 content-center gap-0.5 max-phone:min-h-10 pointer-coarse:min-h-11">
                <Radix.Title className="text-16/tight font-bold tracking-[-.01em] text-balance wrap-anywhere">
                  {title}
                </Radix.Title>
                {description && (
                  <Radix.Description className="text-pretty text-text-2">{description}</Radix.Description>
                )}
              </div>
              <Radix.Close asChild>
                <IconButton
                  label={text('dialog.close')}
                  icon={X}
                  keys="Esc"
                  className={description ? '-mt-2 max-phone:-mt-3' : undefined}
                />
              </Radix.Close>
            </header>
            {/* Room for the focus ring of what touches its edges. */}
            <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pt-1 pb-5">{children}</div>
            {footer && (
              <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line bg-bg py-3 pr-4 pl-5 max-phone:pb-[calc(12px+env(safe-area-inset-bottom))]">
                {footer}
              </footer>
            )}
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Ctrl Enter anywhere in a dialog does what it is for: it sends the form in it, or presses its main button. */
function submitOnCommandEnter(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Enter' || !isCommandHeld(event) || event.defaultPrevented) return
  const form = event.currentTarget.querySelector('form')
  if (!form) {
    const main = mainButton(event.currentTarget)
    if (!main) return
    event.preventDefault()
    return main.click()
  }
  event.preventDefault()
  const button = form.querySelector<HTMLButtonElement>('[type=submit]') ?? outsideButton(form)
  // Pressed as if by hand: one that waits, or cannot be pressed now, sends nothing.
  if (button) button.click()
  else form.requestSubmit()
}

/** At its foot; else the only one in it. */
function mainButton(dialog: HTMLElement): HTMLElement | null {
  const all = (within: string) => [...dialog.querySelectorAll<HTMLElement>(`${within} [data-main]`)]
  const [only = null, ...others] = all('')
  return all('footer').at(-1) ?? (others.length === 0 ? only : null)
}

/** The button in the footer, tied to the form by its id. */
function outsideButton(form: HTMLFormElement): HTMLButtonElement | null {
  return form.id === '' ? null : document.querySelector(`[type=submit][form=${CSS.escape(form.id)}]`)
}
