import {Search, X} from 'lucide-react'
import {useCallback, useId, useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react'
import type {QueryMistake} from '#model/live.ts'
import type {Completion} from '#search-query/complete.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {panelClass} from '../../ui/control-class.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {useCommands} from '../commands/commands.ts'
import {shownMistakes, trimmed, withRoom, type Edited} from '../torrents/filters/query-draft.ts'
import {
  CompletionKeys,
  CompletionList,
  HeldSearch,
  MistakeNotes,
  useIsHeld,
} from '../torrents/filters/SearchBox.tsx'
import {SearchInput} from '../torrents/filters/SearchInput.tsx'
import {useCompletions, type QueryDraft} from '../torrents/filters/use-query-draft.ts'

/** What the box knows of the list that it searches. Each of them stays the same as long as what it goes by does. */
export interface SearchOfList {
  readonly mistakesOf: (written: string) => readonly QueryMistake[]
  /** @param isAsked also where nothing is written yet */
  readonly completions: (written: string, cursor: number, isAsked: boolean) => readonly Completion[]
  /** How many it would find; `null` = not known. */
  readonly countOf: (query: string) => number | null
}

/** A search in the language of the search box of torrents, of another list. The list follows while one writes. */
export function ListSearchBox({
  name,
  label,
  q,
  search,
  found,
  className,
  onChange,
}: {
  /** People's own keys are kept by it. */
  name: string
  label: TextKey
  /** As the address has it. */
  q: string
  search: SearchOfList
  /** So many rows the list shows. */
  found: number
  className?: string
  onChange: (q: string) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const {mistakesOf, completions: complete, countOf} = search
  const draft = useDraft(input, q, mistakesOf, onChange)
  const offers = useCallback(
    (_: readonly Completion[], written: string, cursor: number, opened: 'typed' | 'asked') =>
      complete(written, cursor, opened === 'asked'),
    [complete],
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
      id: `${name}.find`,
      group: 'find',
      label,
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
      className={joined('relative max-w-full min-w-0 max-phone:w-full', className)}
      onBlur={({currentTarget, relatedTarget}) => {
        if (!currentTarget.contains(relatedTarget)) completions.close()
      }}
    >
      <div className="flex h-[30px] items-center gap-1 rounded-m bg-sunken pr-1 pl-2.5 has-[input:focus-visible]:bg-surface has-[input:focus-visible]:shadow-[inset_0_0_0_1px_var(--accent),0_0_0_3px_var(--accent-soft)] max-phone:h-11 pointer-coarse:h-11">
        <Icon icon={Search} size={14} className="text-text-3" />
        <SearchInput
          ref={input}
          id={id}
          label={text(label)}
          placeholder={text(label)}
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
              countOf={countOf}
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
  mistakesOf: SearchOfList['mistakesOf'],
  onChange: (q: string) => void,
): QueryDraft {
  const [own, setOwn] = useState(q)
  const [cursor, setCursor] = useState<number | null>(null)
  const [isPatient, setPatient] = useState(true)
  const sent = useRef(q)
  const place = useRef<number | null>(null)
  const mistakes = useMemo(() => mistakesOf(own), [own, mistakesOf])
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
    if (next === sent.current || mistakesOf(typed).length > 0) return
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
