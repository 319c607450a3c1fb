/** What is configured here around an Arr, as far as whoever asks sees it: for judging the settings of that Arr. */
import type {Principal} from '#model/access.ts'
import type {
  ArrAsker,
  ArrCard,
  ArrWay,
  ClientPlace,
  OtherArr,
  OurSide,
  ArrDownloadClient,
  ArrIdentity,
} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'

export interface SideParts {
  readonly asker: Pick<ArrAsker, 'clients'>
  readonly placeOf: (by: Principal, client: ArrDownloadClient, arr: ArrIdentity) => ClientPlace
  /** Those that he sees. */
  readonly cards: readonly ArrCard[]
  /** @throws {CommodarrError} it is not his to manage, or can not be asked */
  readonly wayTo: (card: ArrCard) => ArrWay
}

/** Asks the other Arrs that are his to manage for their clients; one that does not answer is not known. */
export async function ourSideOf(by: Principal, card: ArrCard, parts: SideParts): Promise<OurSide> {
  // The same Arr twice is told on its card.
  const others = parts.cards.filter((it) => it.id !== card.id && it.enabled && it.url !== card.url)
  return {
    category: card.category,
    others: await Promise.all(others.map((other) => otherArr(by, other, parts))),
    placeOf: (client, arr) => parts.placeOf(by, client, arr),
  }
}

async function otherArr(by: Principal, card: ArrCard, {asker, placeOf, wayTo}: SideParts): Promise<OtherArr> {
  const {name, category} = card
  try {
    const {arr, clients} = await asker.clients(wayTo(card))
    const enabled = clients.filter((client) => client.enabled)
    return {
      ...{name, category},
      clients: enabled.map((client) => ({
        categories: client.categories,
        place: placeOf(by, client, arr),
      })),
    }
  } catch (error) {
    // It ails this other one, which has a page of its own for that.
    if (error instanceof CommodarrError) return {name, category, clients: null}
    throw error
  }
}
