/**
 * In which order servers stand. The numbers behind it run over everybody's servers, so nobody is shown them: a place is
 * told and taken as the place in the list that somebody sees, 0 first.
 */
import type {ServerCard} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** By id; what is not told counts as well where it stands. */
type Places = ReadonlyMap<ServerId, number>

/** What `seen` shows of a server's place: of what lies between and is not seen, nothing. */
export function withPlace<S extends Pick<ServerCard, 'id' | 'position'>>(
  server: S,
  seen: readonly ServerId[],
): S {
  return {...server, position: seen.indexOf(server.id)}
}

/**
 * Puts some servers in a new order: they take each other's places, all others stay where they are.
 *
 * @param cards in the order people see them
 * @param wanted ids of some of them, each once
 * @returns new numbers, as few as can be
 */
export function placesAfter(cards: readonly ServerCard[], wanted: readonly ServerId[]): Places {
  const moving = new Set(wanted)
  const next = wanted.values()
  const inOrder = cards.map(({id}) => (moving.has(id) ? next.next().value! : id))
  return numbered(cards, inOrder, moving)
}

/**
 * Puts one server, which may be a new one, at a place of the list that somebody sees; all others keep their order.
 *
 * @param cards in the order people see them
 * @param seen those of them that he sees, in the same order
 * @param place in `seen`; what lies beyond its end, and `null`, is behind all others
 */
export function placesWith(
  cards: readonly ServerCard[],
  seen: readonly ServerId[],
  id: ServerId,
  place: number | null,
): Places {
  const others = seen.filter((it) => it !== id)
  const last = others.length
  if (seen.includes(id) && seen.indexOf(id) === Math.min(place ?? last, last)) return new Map()
  const follower = place === null ? undefined : others[place]
  const inOrder = cards.map((card) => card.id).filter((it) => it !== id)
  const at = follower === undefined ? inOrder.length : inOrder.indexOf(follower)
  return numbered(cards, inOrder.toSpliced(at, 0, id), new Set([id]))
}

/** Who is not moved and stands behind a smaller number keeps his own. */
function numbered(
  cards: readonly ServerCard[],
  inOrder: readonly ServerId[],
  moving: ReadonlySet<ServerId>,
): Places {
  const before = new Map(cards.map(({id, position}) => [id, position]))
  const changed = new Map<ServerId, number>()
  let last = -1
  for (const id of inOrder) {
    const old = before.get(id)
    const isKept = old !== undefined && old > last && !moving.has(id)
    last = isKept ? old : last + 1
    if (last !== old) changed.set(id, last)
  }
  return changed
}
