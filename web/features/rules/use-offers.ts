import {useMemo, useState, type KeyboardEvent} from 'react'
import {offersAt, withOffer, type Offer, type Offers, type RuleWords} from './rule-completions.ts'

export interface OfferList {
  /** `null` = the list is closed. */
  readonly offers: Offers | null
  /** Number of the one that Enter takes. */
  readonly active: number
  /** @param isAsked also where nothing is written yet */
  readonly open: (isAsked: boolean) => void
  readonly close: () => void
  readonly point: (active: number) => void
  readonly take: (offer: Offer) => void
  /** @returns whether the key was for the list */
  readonly key: (event: KeyboardEvent) => boolean
}

/** What could stand at the cursor of a text, and the keys to choose from it. It opens with a letter, or by Ctrl Space. */
export function useOffers(
  text: string,
  cursor: number,
  words: RuleWords | null,
  put: (text: string, cursor: number) => void,
): OfferList {
  const [opened, setOpened] = useState<'not' | 'typed' | 'asked'>('not')
  const [active, setActive] = useState(0)
  const offers = useMemo(() => {
    const found = opened !== 'not' && words ? offersAt(text, cursor, words) : null
    // Between two words nothing is offered unless somebody asks: the list would cover what is below.
    return found && (opened === 'asked' || found.from < cursor) ? found : null
  }, [opened, text, cursor, words])
  const close = () => setOpened('not')
  const open = (isAsked: boolean) => {
    setActive(0)
    setOpened(isAsked ? 'asked' : 'typed')
  }
  const take = (offer: Offer) => {
    if (!offers) return
    const next = withOffer(text, offers, offer)
    put(next.text, next.cursor)
    // Behind "fact: " stands the next thing to choose.
    if (offer.text.endsWith(': ')) open(true)
    else close()
  }
  const step = (by: number, count: number) => setActive((active + by + count) % count)
  const key = (event: KeyboardEvent): boolean => {
    if (event.key === ' ' && event.ctrlKey) {
      open(true)
      return true
    }
    if (!offers) return false
    const {all} = offers
    if (event.key === 'ArrowDown') step(1, all.length)
    else if (event.key === 'ArrowUp') step(-1, all.length)
    else if (event.key === 'Escape') close()
    else if (event.key === 'Enter' || event.key === 'Tab') take(all[active] ?? all[0]!)
    else return false
    return true
  }
  return {
    offers,
    active: Math.min(active, (offers?.all.length ?? 1) - 1),
    open,
    close,
    point: setActive,
    take,
    key,
  }
}
