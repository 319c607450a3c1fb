import {Toast as Radix} from 'radix-ui'
import {useState, useSyncExternalStore} from 'react'
import {text} from '../i18n/text.ts'
import {joined} from './joined.ts'
import {useHasOpenLayer} from './open-layers.ts'
import {toasts} from './toast.ts'
import {ToastCard} from './ToastCard.tsx'
import {useNarrow} from './use-media.ts'

const below =
  'right-4 bottom-[calc(var(--status-h)+var(--ledger-h)+12px)] w-max max-w-[min(440px,calc(100vw-24px))] justify-items-end max-phone:right-3 max-phone:bottom-[calc(122px+env(safe-area-inset-bottom))] max-phone:left-3 max-phone:w-auto max-phone:max-w-none max-phone:justify-items-stretch'
/** Sheets, and dialogs where there is little room beside them, leave so much at the top that a line covers nothing. */
const above = 'inset-x-1 top-[max(1px,env(safe-area-inset-top))] justify-items-stretch'

/**
 * Where toasts appear: below, or in one line above a sheet or a dialog that may reach there. Once in the page; F8 goes to
 * them.
 */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.listen, toasts.current)
  const isNarrow = useNarrow()
  const isOverLayer = useHasOpenLayer() && isNarrow
  const newest = shown.at(-1)?.id
  const [turned, setTurned] = useState({newest, id: newest})
  // A new one comes to the front.
  const at = shown.findIndex(({id}) => id === (turned.newest === newest ? turned.id : newest))
  const front = at < 0 ? shown.length - 1 : at
  const next = shown.at(front - 1)?.id
  return (
    <Radix.Provider label={text('toast.label')} swipeDirection="right">
      {shown.map((one, place) => (
        <ToastCard
          key={one.id}
          toast={one}
          {...(isOverLayer && {
            line: {
              isFront: place === front,
              others: shown.length - 1,
              turn: () => setTurned({newest, id: next}),
            },
          })}
        />
      ))}
      <Radix.Viewport
        label={text('toast.region')}
        className={joined(
          'pointer-events-none fixed z-toast grid gap-2 focus-visible:shadow-none',
          isOverLayer ? above : below,
        )}
      />
    </Radix.Provider>
  )
}
