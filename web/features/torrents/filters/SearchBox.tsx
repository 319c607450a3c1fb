import {Info, ListChecks, ListFilterPlus, ListTree, Search, TriangleAlert, X} from 'lucide-react'
import {useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode, type RefObject} from 'react'
import {useNavigate} from '@tanstack/react-router'
import type {QueryMistake} from '#model/live.ts'
import type {Completion} from '#search-query/complete.ts'
import {mistakeCodes} from '#search-query/mistakes.ts'
import {partsOf} from '#search-query/parts.ts'
import {usePermission} from '../../../api/session.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import type {LiveView} from '../../../live/view.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {panelClass} from '../../../ui/control-class.ts'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {lazyDialog, lazyPart, onIntent} from '../../../ui/lazy-part.ts'
import {Popover} from '../../../ui/Popover.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {useSettled} from '../../../ui/use-settled.ts'
import {useCommands} from '../../commands/commands.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {showsQuery, useTorrentsSearch} from '../torrents-search.ts'
import {useViewCounts} from '../views/view-state.ts'
import {fixesOf, trimmed, withCompletion, withRoom, wrongTerm, type Edited, type Fix} from './query-draft.ts'
import {SearchInput} from './SearchInput.tsx'
import {
  addFilter,
  useCompletions,
  useQueryDraft,
  type Completions,
  type QueryDraft,
} from './use-query-draft.ts'

/** The query in one line: text that looks like tokens where it has fields. The list follows while one writes. */
export function SearchBox({view}: {view: LiveView}) {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [{servers, q = ''}] = useTorrentsSearch()
  useEffect(() => showsQuery(q), [q])
  const draft = useQueryDraft(input, view)
  const completions = useCompletions(draft)
  const mayManage = usePermission('manage')
  const navigate = useNavigate()
  const makeRule = () => void navigate({to: '/rules', search: {new: true, when: trimmed(draft.text)}})
  const [isHelpOpen, setHelpOpen] = useState(false)
  useSearchCommands(input, draft, completions, {
    makeRule: mayManage ? makeRule : null,
    help: () => setHelpOpen(true),
  })
  useFoundWords(view, draft.cursor !== null)
  const isPhone = usePhone()
  const all = view.totals?.count ?? 0
  const {mistakes} = draft
  const isListed = completions.offers.length > 0
  const isWrong = mistakes.length > 0
  const isHeld = useIsHeld(draft)
  const put = (edited: Edited) => {
    input.current?.focus()
    draft.put(edited)
  }
  const end = (written: string) => put({text: written, cursor: written.length})
  return (
    // It follows the focus and a key of the field in it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <search
      className="relative min-w-0 flex-1"
      onBlur={({currentTarget, relatedTarget}) => {
        if (!currentTarget.contains(relatedTarget)) completions.close()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'F1') return
        event.preventDefault()
        setHelpOpen(true)
      }}
    >
      <div
        className={joined(
          'flex h-[30px] items-center gap-1 rounded-m bg-sunken pr-1 pl-2.5 max-phone:h-[38px] pointer-coarse:h-11 short:h-7.5!',
          'has-[input:focus-visible]:bg-surface has-[input:focus-visible]:shadow-[inset_0_0_0_1px_var(--accent),0_0_0_3px_var(--accent-soft)]',
        )}
      >
        <Icon icon={Search} size={14} className="text-text-3" />
        <SearchInput
          ref={input}
          id={id}
          label={text('search.label')}
          placeholder={
            isPhone
              ? text('search.placeholder.short', {count: all, all: count(all)})
              : text('search.placeholder')
          }
          draft={draft}
          completions={completions}
        />
        {draft.text !== '' && (
          <IconButton label={text('search.clear')} icon={X} size="small" onClick={() => end('')} />
        )}
        {!isWrong && mayManage && trimmed(draft.text) !== '' && (
          <IconButton
            label={text('search.make-rule')}
            icon={ListChecks}
            size="small"
            className="shrink-0 max-phone:hidden"
            onClick={makeRule}
          />
        )}
        {!isWrong && partsOf(draft.text).parts.length > 1 && <Explanation />}
        <SearchHelp
          isOpen={isHelpOpen}
          isRoomy={draft.text === ''}
          onOpen={setHelpOpen}
          onTry={(written) => end(`${withRoom(draft.text)}${written}`)}
        />
      </div>
      {(isListed || isWrong || isHeld) && (
        // A press in it must not take the focus out of the box.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          onPointerDown={(event) => event.preventDefault()}
          className={joined(
            panelClass,
            'absolute inset-x-0 top-full mt-1 max-w-[640px] divide-y divide-line overflow-hidden',
          )}
        >
          {isWrong && (
            <MistakeNotes id={`${id}-mistakes`} query={draft.text} mistakes={mistakes} onMend={put} />
          )}
          {isHeld && <HeldSearch q={q} found={all} />}
          {isListed && (
            <CompletionList
              id={`${id}-list`}
              written={draft.text}
              completions={completions}
              scope={readScope(servers)}
            />
          )}
          {isListed && <CompletionKeys />}
        </div>
      )}
    </search>
  )
}

const HELD_AFTER_MS = 500

/** What is only half written is understood in a moment, as a rule: that it is not is said to who stops there. */
export function useIsHeld({isHeld}: QueryDraft): boolean {
  return useSettled(isHeld, HELD_AFTER_MS) && isHeld
}

/** The list below is that of the last search that was understood, and which that was. */
export function HeldSearch({q, found}: {q: string; found: number}) {
  const values = {all: count(found)}
  const [before, after] = text('search.kept', {...values, query: '\u0000'}).split('\u0000')
  return (
    <output className="block px-3 py-1.5 text-12 text-pretty wrap-anywhere text-text-3">
      {q === '' ? (
        text('search.kept.all', values)
      ) : (
        <>
          {before}
          <code className="rounded-s bg-sunken px-1 py-0.5 font-mono text-text-2">{q}</code>
          {after}
        </>
      )}
    </output>
  )
}

/** A reader waits until somebody has stopped writing. */
const PAUSE_MS = 900

/** Says how many were found, once per search, to who writes one. */
function useFoundWords(view: LiveView, isWriting: boolean): void {
  const {q} = view.wish
  const last = useRef(q)
  useEffect(() => {
    if (q === last.current || !isWriting) return
    const timer = setTimeout(() => {
      last.current = q
      const found = view.totals?.count ?? 0
      announce(text('search.found', {count: found, all: count(found)}))
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [view, q, isWriting])
}

/** `/` writes on, `F` offers fields, `Shift F` clears. */
function useSearchCommands(
  input: RefObject<HTMLInputElement | null>,
  draft: QueryDraft,
  completions: Completions,
  {
    makeRule,
    help,
  }: {
    /** `null` = who looks may not. */
    readonly makeRule: (() => void) | null
    readonly help: () => void
  },
): void {
  const focus = () => input.current?.focus()
  useCommands([
    {
      id: 'search',
      group: 'find',
      label: 'search.focus',
      icon: Search,
      keys: ['/', 'Shift+/'],
      run: () => {
        const text = withRoom(draft.text)
        focus()
        draft.put({text, cursor: text.length})
      },
    },
    {
      id: 'search add',
      group: 'find',
      label: 'search.add-filter',
      icon: ListFilterPlus,
      keys: ['f'],
      run: () => {
        focus()
        addFilter(draft, completions)
      },
    },
    {
      id: 'search clear',
      group: 'find',
      label: 'search.clear',
      icon: X,
      keys: ['Shift+F'],
      run: () => draft.put({text: '', cursor: 0}),
    },
    {id: 'search help', group: 'find', label: 'search.help', icon: Info, keys: ['F1'], run: help},
    ...(makeRule === null
      ? []
      : [
          {
            id: 'search rule',
            group: 'make',
            label: 'search.make-rule',
            icon: ListChecks,
            keys: [],
            reason: () => (trimmed(draft.text) === '' ? text('search.make-rule.nothing') : null),
            run: makeRule,
          } as const,
        ]),
  ])
}

/** What could stand at the cursor, below the search box. */
export function CompletionList({
  id,
  written,
  completions,
  scope = null,
  countOf,
}: {
  id: string
  /** In the box. */
  written: string
  completions: Completions
  /** Ids of servers in which is counted; `null` = all in sight. */
  scope?: readonly string[] | null
  /** How many a text finds where it is no search of torrents; `null` = not known. Absent = torrents are counted. */
  countOf?: (query: string) => number | null
}) {
  const {offers, active, point, take} = completions
  const queryWith = (offer: Completion) => trimmed(withCompletion(written, offer).text)
  const values = offers.filter(({kind}) => kind === 'value').slice(0, MOST_COUNTED)
  const counted = useSettled(values.map(queryWith).join('\n'), COUNT_AFTER_MS)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({block: 'nearest'})
  }, [active])
  const rows = (counts: ViewCounts) =>
    offers.map((offer, at) => (
      // The box has the focus; keys reach the list through it.
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
      <div
        key={`${offer.kind} ${offer.text}`}
        id={`${id}-${at}`}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="option"
        aria-selected={at === active}
        onPointerMove={() => at !== active && point(at)}
        onClick={() => take(offer)}
        className={joined(
          'flex min-h-7 items-baseline gap-4 rounded-s px-2 py-1 select-none max-phone:min-h-11 max-phone:items-center pointer-coarse:min-h-11 pointer-coarse:items-center',
          at === active && 'bg-accent-soft forced-colors:outline',
        )}
      >
        <span className="max-w-3/4 shrink-0 truncate font-mono text-12">{offer.text}</span>
        <span className="ml-auto min-w-0 truncate text-12 text-text-3">{offer.hint}</span>
        <FoundCount found={offer.kind === 'value' ? counts.get(queryWith(offer)) : null} />
      </div>
    ))
  return (
    // A list of a combobox: the browser's own has no room for hints.
    <div
      ref={list}
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      aria-label={text('search.completions')}
      className="max-h-[min(336px,50dvh)] overflow-y-auto overscroll-contain p-1"
    >
      {countOf !== undefined || counted === '' ? (
        rows(countOf === undefined ? noCounts : new Map(values.map(queryWith).map((it) => [it, countOf(it)])))
      ) : (
        <WithCounts queries={counted.split('\n')} servers={scope}>
          {rows}
        </WithCounts>
      )}
    </div>
  )
}

type ViewCounts = ReadonlyMap<string, number | null>
const noCounts: ViewCounts = new Map()

/** How many torrents the search would find with each value, within the rest of it. Where none is offered none is counted. */
function WithCounts({
  queries,
  servers,
  children,
}: {
  queries: readonly string[]
  servers: readonly string[] | null
  children: (counts: ViewCounts) => ReactNode
}) {
  return children(useViewCounts(queries, servers))
}

/** @param found absent and `null` = not known */
function FoundCount({found}: {found: number | null | undefined}) {
  return typeof found === 'number' && <span className="num shrink-0 text-12">{count(found)}</span>
}

/** What keys do in the list; who has none needs none. */
export function CompletionKeys() {
  return (
    <p
      aria-hidden
      className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 text-11 text-text-3 max-phone:hidden pointer-coarse:hidden short:hidden"
    >
      {completionKeys.map(([keys, does]) => (
        <span key={keys}>
          <Kbd keys={keys} /> {text(does)}
        </span>
      ))}
    </p>
  )
}

const completionKeys = [
  ['Tab', 'search.keys.complete'],
  ['↑ ↓', 'search.keys.select'],
  ['Shift Enter', 'search.keys.exclude'],
  ['Esc', 'search.keys.close'],
] as const satisfies readonly (readonly [string, TextKey])[]

/** So many values are counted: those that are seen without scrolling. */
const MOST_COUNTED = 8
const COUNT_AFTER_MS = 60

const ExplainSearch = lazyPart(
  ['search-parts'],
  async () => (await import('./ExplainSearch.tsx')).ExplainSearch,
)

/** What each part of the search finds, by its button. */
function Explanation() {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={text('search.explain')}
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      className="w-[420px] p-2"
      trigger={
        <IconButton label={text('search.explain')} icon={ListTree} size="small" className="shrink-0" />
      }
    >
      {isOpen && <ExplainSearch />}
    </Popover>
  )
}

const MOST = 3

/** What of the search is not understood, below the first such word, and what may have been meant. */
export function MistakeNotes({
  id,
  query,
  mistakes,
  onMend,
}: {
  id: string
  query: string
  mistakes: readonly QueryMistake[]
  onMend: (edited: Edited) => void
}) {
  const notes = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => standBelowWord(notes.current))
  return (
    <div ref={notes} id={id} aria-live="polite" className="grid gap-1.5 px-3 py-2">
      {mistakes.slice(0, MOST).map((mistake) => (
        <div key={`${mistake.from} ${mistake.code}`} className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Icon icon={TriangleAlert} size={14} className="text-st-stalled" />
          <p className="min-w-0 text-pretty wrap-anywhere">
            <code className="font-mono text-12">{wrongTerm(query, mistake)}</code>: {mistakeWords(mistake)}.
            {acceptedWords(mistake)}
          </p>
          {fixesOf(query, mistake).map((fix) => (
            <Button key={fix.kind} onClick={() => onMend(fix.edited)}>
              {fixWords(fix)}
            </Button>
          ))}
        </div>
      ))}
    </div>
  )
}

/** px that a note needs beside the word, and px at its edge. */
const NOTE_WIDTH = 300
const NOTE_EDGE = 12

/** Lets the notes begin where the underlined word does, as far as there is room for them. */
function standBelowWord(notes: HTMLElement | null): void {
  const word = notes?.closest('search')?.querySelector('[data-mistake]')
  if (!notes || !word) return
  const {left, width} = notes.getBoundingClientRect()
  const wanted = Math.min(word.getBoundingClientRect().left - left, width - NOTE_WIDTH)
  notes.style.paddingLeft = `${Math.round(Math.max(NOTE_EDGE, wanted))}px`
}

function fixWords({kind, written}: Fix): string {
  if (kind === 'closed') return text('search.fix.closed')
  return kind === 'word' ? text('search.fix.word', {word: written}) : written
}

/** What is wrong, in a few words. */
export function mistakeWords({code, message}: QueryMistake): string {
  const known = mistakeCodes.find((it) => it === code)
  // What the others say depends on the field; what was meant is a button beside it.
  return known ? text(`mistake.${known}`) : message.replace(/^`.*?`: |\.( Did you mean .*)?$/g, '')
}

const MOST_ACCEPTED = 8

/** What would have been understood, where that is a few words and none of them is offered. */
function acceptedWords({accepted, suggestion}: QueryMistake): string {
  if (suggestion !== '' || accepted.length === 0 || accepted.length > MOST_ACCEPTED) return ''
  return ` ${text('search.accepted', {values: accepted.join(', ')})}`
}

const SearchLanguage = lazyDialog(
  ['search-language'],
  async () => (await import('./SearchLanguage.tsx')).SearchLanguage,
)

/** The whole language of the search, by its button and by F1 in the box. An example that is pressed stands in the box. */
function SearchHelp({
  isOpen,
  isRoomy,
  onOpen,
  onTry,
}: {
  isOpen: boolean
  /** Where there is little room for what is written, the button gives way to it. */
  isRoomy: boolean
  onOpen: (isOpen: boolean) => void
  onTry: (written: string) => void
}) {
  return (
    <>
      <IconButton
        label={text('search.help')}
        icon={Info}
        size="small"
        keys="F1"
        className={joined('shrink-0', !isRoomy && 'max-phone:hidden')}
        onClick={() => onOpen(true)}
        {...onIntent(SearchLanguage)}
      />
      {isOpen && <SearchLanguage onClose={() => onOpen(false)} onTry={onTry} />}
    </>
  )
}
