import {useState} from 'react'
import type {Need} from '#model/needs.ts'
import {text} from '../../i18n/text.ts'
import {TextButton} from '../../ui/TextButton.tsx'
import {LaterButton, NeedReminder, NoticesButton} from './NeedItem.tsx'

/** More open with a click: nobody decides on nine things at once. */
const MOST = 5

/** What needs a person, each with what it is and its answers: the harmless one first. */
export function AttentionList({needs, later}: {needs: readonly Need[]; later: number}) {
  const [isAll, setAll] = useState(false)
  const shown = isAll ? needs : needs.slice(0, MOST)
  return (
    <>
      <h2 className="flex h-10 items-center gap-2 border-b border-line px-3.5 font-bold">
        {text('attention.title')}
        {needs.length > 0 && <span className="num font-normal text-text-2">{needs.length}</span>}
      </h2>
      {needs.length === 0 ? (
        <p className="px-3.5 py-4 text-text-2">{text('attention.none')}</p>
      ) : (
        <ul className="max-h-[min(560px,70dvh)] overflow-y-auto overscroll-contain">
          {shown.map((need) => (
            <NeedReminder key={need.id} need={need} />
          ))}
        </ul>
      )}
      <footer className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line bg-bg px-3.5 py-2 text-12 text-text-3">
        {shown.length < needs.length && (
          <TextButton onClick={() => setAll(true)}>{text('attention.all', {count: needs.length})}</TextButton>
        )}
        <NoticesButton needs={needs} />
        <LaterButton count={later} />
        <span>{text('attention.heals')}</span>
      </footer>
    </>
  )
}
