import {Search, X} from 'lucide-react'
import {useCallback, useId, useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react'
import type {Completion} from '#search-query/complete.ts'
import {text} from '../../../i18n/text.ts'
import {serverNow} from '../../../live/clock.ts'
import {panelClass} from '../../../ui/control-class.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {useCommands} from '../../commands/commands.ts'
import {shownMistakes, trimmed, withRoom, type Edited} from '../../torrents/filters/query-draft.ts'
import {
  CompletionKeys,
  CompletionList,
  HeldSearch,
  MistakeNotes,
  useIsHeld,
} from '../../torrents/filters/SearchBox.tsx'
import {SearchInput} from '../../torrents/filters/SearchInput.tsx'
import {useCompletions, type QueryDraft} from '../../torrents/filters/use-query-draft.ts'
import {queueCompletions, queueValues} from './queue-completions.ts'
import type {QueueLine} from './queue-lines.ts'
import {queueQuery, type QueueReader} from './queue-query.ts'

/** The search of the queue in the language of the search box of torrents. The list follows while one writes. */
export function QueueSearchBox({
  q,
  lines,
  reader,
  found,
  onChange,
}: {
  /** As the address has it. */
  q: string
  /** All that it looks among. */
  lines: readonly QueueLine[]
  reader: QueueReader
  /** So many downloads the list shows. */
  found: number
  onChange: (q: string) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const draft = useDraft(input, q, reader, onChange)
  const values = useMemo(() => queueValues(lines), [lines])
  const offers = useCallback(
    (_: readonly Completion[], written: string, cursor: number, opened: 'typed' | 'asked') =>
      queueCompletions(written, cursor, values, opened === 'asked'),
    [values],
  )
  const completions = useCompletions(draft, offers)
  const {mistakes} = draft
  const isListed = completions.offers.length > 0
  const isWrong = mistakes.length > 0
  const isHeld = useIsHeld(draft)
  const put = (edited: Edited) => {
    input.current?.focus()
    draft.put(edited)
  }
  useCommands([
    {
      id: 'queue.find',
      group: 'find',
      label: 'queue.find.focus',
      icon: Search,
      keys: ['/'],
      run: () => {
        const written = withRoom(draft.text)
        put({text: written, cursor: written.length})
      },
    },
  ])
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions: it follows the focus of the field in it.
    <search
      className="relative w-72 max-w-full min-w-0 max-phone:w-full"
      onBlur={({currentTarget, relatedTarget}) => {
        if (!currentTarget.contains(relatedTarget)) completions.close()
      }}
    >
      <div className="flex h-[30px] items-center gap-1 rounded-m bg-sunken pr-1 pl-2.5 has-[input:focus-visible]:bg-surface has-[input:focus-visible]:shadow-[inset_0_0_0_1px_var(--accent),0_0_0_3px_var(--accent-soft)] max-phone:h-11 pointer-coarse:h-11">
        <Icon icon={Search} size={14} className="text-text-3" />
        <SearchInput
          ref={input}
          id={id}
          label={text('queue.find')}
          placeholder={text('queue.find')}
          draft={draft}
          completions={completions}
        />
        {draft.text !== '' && (
          <IconButton
            label={text('search.clear')}
            icon={X}
            size="small"
            onClick={() => put({text: '', cursor: 0})}
          />
        )}
      </div>
      {(isListed || isWrong || isHeld) && (
        // A press in it must not take the focus out of the box.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          onPointerDown={(event) => event.preventDefault()}
          className={joined(
            panelClass,
            'absolute top-full right-0 z-10 mt-1 w-[420px] max-w-[calc(100vw-32px)] divide-y divide-line overflow-hidden max-phone:inset-x-0 max-phone:w-auto',
          )}
        >
          {isWrong && (
            <MistakeNotes id={`${id}-mistakes`} query={draft.text} mistakes={mistakes} onMend={put} />
          )}
          {isHeld && <HeldSearch q={q} found={found} />}
          {isListed && (
            <CompletionList
              id={`${id}-list`}
              written={draft.text}
              completions={completions}
              countOf={(query) => {
                const {judge, mistakes: wrong} = queueQuery(query, reader)
                return wrong.length > 0 ? null : lines.filter((line) => judge(line) === true).length
              }}
            />
          )}
          {isListed && <CompletionKeys />}
        </div>
      )}
    </search>
  )
}

/** What is written, on its way into the address and back from it. */
function useDraft(
  input: RefObject<HTMLInputElement | null>,
  q: string,
  reader: QueueReader,
  onChange: (q: string) => void,
): QueryDraft {
  const [own, setOwn] = useState(q)
  const [cursor, setCursor] = useState<number | null>(null)
  const [isPatient, setPatient] = useState(true)
  const sent = useRef(q)
  const place = useRef<number | null>(null)
  const mistakes = useMemo(() => mistakesOf(own, reader), [own, reader])
  // A link or the way back wrote the address.
  useLayoutEffect(() => {
    if (q === sent.current) return
    sent.current = q
    setOwn(document.activeElement === input.current ? withRoom(q) : q)
  }, [q, input])
  useLayoutEffect(() => {
    if (place.current !== null) input.current?.setSelectionRange(place.current, place.current)
    place.current = null
  })
  const type = ({text: typed, cursor: at}: Edited) => {
    place.current = null
    setOwn(typed)
    setCursor(at)
    setPatient(true)
    const next = trimmed(typed)
    if (next === sent.current || mistakesOf(typed, reader).length > 0) return
    sent.current = next
    onChange(next)
  }
  return {
    text: own,
    cursor,
    mistakes: shownMistakes(own, mistakes, isPatient ? cursor : null),
    isHeld: mistakes.length > 0 && trimmed(own) !== q,
    type,
    put: (edited) => {
      type(edited)
      if (edited.text === own) input.current?.setSelectionRange(edited.cursor, edited.cursor)
      else place.current = edited.cursor
    },
    point: setCursor,
    apply: () => setPatient(false),
    leave: () => {
      setPatient(false)
      setCursor(null)
      setOwn(trimmed(own))
    },
  }
}

/** Before the servers are known every name of one would be unknown. */
function mistakesOf(written: string, reader: QueueReader) {
  const {mistakes} = queueQuery(written, {...reader, now: serverNow()})
  return mistakes.filter(({code}) => code !== 'unknown_server' || reader.servers.length > 0)
}
