import {useRef, useState, type RefObject} from 'react'
import type {Need} from '#model/needs.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {Card} from '../../ui/Card.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useCommands, type Command} from '../commands/commands.ts'
import {LaterButton, NeedReminder, NoticesButton} from '../shell/NeedItem.tsx'
import {useStill} from './use-still.ts'

/** More open with a click: with more the card would be taller than the screen. */
const MOST = 3

/** What does not resolve without a person, each with its answers: the same as at the bell. */
export function NeedsCard({needs: newest, later}: {needs: readonly Need[]; later: number}) {
  const isKnown = useServers() !== null
  const list = useRef<HTMLUListElement>(null)
  const [isWhole, setWhole] = useState(false)
  const [needs, still] = useStill(newest, (them) => them.map(({id}) => id).join('\n'))
  useNeedsKeys(list)
  const shown = isWhole ? needs : needs.slice(0, MOST)
  const hasNotices = needs.some(({kind}) => kind === 'notice')
  return (
    <Card
      title={text('attention.title')}
      isPadded={false}
      className="overflow-clip"
      actions={
        needs.length > 0 && (
          <>
            <span className="num text-text-3">{newest.length}</span>
            <span className="flex items-center gap-1.5 text-12 text-text-3 max-desk:hidden" aria-hidden>
              <Kbd keys="J" /> <Kbd keys="K" /> <Kbd keys="Enter" />
            </span>
          </>
        )
      }
    >
      {!isKnown && <SkeletonLines />}
      {isKnown && needs.length === 0 && <p className="px-3.5 py-4 text-text-2">{text('attention.none')}</p>}
      {needs.length > 0 && (
        <ul ref={list} {...still}>
          {shown.map((need) => (
            <NeedReminder key={need.id} need={need} />
          ))}
        </ul>
      )}
      {(needs.length > MOST || hasNotices || later > 0) && (
        <p className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-3.5 py-2">
          {needs.length > MOST && (
            <TextButton onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
              {isWhole ? text('needs.fewer') : text('needs.more', {count: needs.length - MOST})}
            </TextButton>
          )}
          <NoticesButton needs={needs} />
          <LaterButton count={later} />
        </p>
      )}
    </Card>
  )
}

/** J and K move to the first answer of the next and previous item, where Enter gives it; 1 to 3 give any. */
function useNeedsKeys(list: RefObject<HTMLUListElement | null>): void {
  const answersOf = (item: Element | undefined) => [
    ...(item?.querySelectorAll<HTMLElement>('[data-answers] :is(a, button)') ?? []),
  ]
  const items = () => [...(list.current?.querySelectorAll('[data-need]') ?? [])]
  const currentOf = (all: readonly Element[]) => all.findIndex((it) => it.contains(document.activeElement))
  const move = (by: 1 | -1) => {
    const all = items()
    const at = currentOf(all)
    const next = at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))
    answersOf(all[next])[0]?.focus()
  }
  const give = (place: number) => {
    const all = items()
    answersOf(all[currentOf(all)])[place]?.click()
  }
  const command = (id: string, label: TextKey, keys: string, run: () => void): Command => ({
    id: `needs.${id}`,
    group: 'move',
    label,
    keys: [keys],
    hidden: true,
    run,
  })
  useCommands([
    command('next', 'needs.next', 'j', () => move(1)),
    command('previous', 'needs.previous', 'k', () => move(-1)),
    command('1', 'needs.answer.1', '1', () => give(0)),
    command('2', 'needs.answer.2', '2', () => give(1)),
    command('3', 'needs.answer.3', '3', () => give(2)),
  ])
}
