import {Info, ListFilterPlus, Search, TriangleAlert, X} from 'lucide-react'
import {useEffect, useId, useRef, useState, type RefObject} from 'react'
import type {QueryMistake} from '#model/live.ts'
import {mistakeCodes} from '#search-query/mistakes.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import type {LiveView} from '../../../live/view.ts'
import {announce} from '../../../ui/announce.ts'
import {panelClass} from '../../../ui/control-class.ts'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {joined} from '../../../ui/joined.ts'
import {Popover} from '../../../ui/Popover.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useCommands} from '../../commands/commands.ts'
import {withRoom, withSuggestion, wrongTerm, type Edited} from './query-draft.ts'
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
  const draft = useQueryDraft(input, view)
  const completions = useCompletions(draft)
  useSearchCommands(input, draft, completions)
  useFoundWords(view, draft.cursor !== null)
  const {mistakes} = draft
  const isListed = completions.offers.length > 0
  const put = (edited: Edited) => {
    input.current?.focus()
    draft.put(edited)
  }
  const end = (written: string) => put({text: written, cursor: written.length})
  return (
    <search
      className="relative min-w-0 flex-1"
      onBlur={({currentTarget, relatedTarget}) => {
        if (!currentTarget.contains(relatedTarget)) completions.close()
      }}
    >
      <div
        className={joined(
          'flex h-[30px] items-center gap-1 rounded-m bg-sunken pr-1 pl-2.5 max-phone:h-[38px] pointer-coarse:h-11 short:h-7.5!',
          'has-[input:focus-visible]:bg-surface has-[input:focus-visible]:shadow-[inset_0_0_0_1px_var(--accent),0_0_0_3px_var(--accent-soft)]',
        )}
      >
        <Icon icon={Search} size={14} className="text-text-3" />
        <SearchInput ref={input} id={id} view={view} draft={draft} completions={completions} />
        {draft.text !== '' && (
          <IconButton label={text('search.clear')} icon={X} size="small" onClick={() => end('')} />
        )}
        <SearchHelp onTry={(written) => end(`${withRoom(draft.text)}${written}`)} />
      </div>
      {(isListed || mistakes.length > 0) && (
        // A press in it must not take the focus out of the box.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          onPointerDown={(event) => event.preventDefault()}
          className={joined(
            panelClass,
            'absolute inset-x-0 top-full mt-1 max-w-[640px] divide-y divide-line overflow-hidden',
          )}
        >
          {mistakes.length > 0 && (
            <MistakeNotes
              id={`${id}-mistakes`}
              query={draft.text}
              mistakes={mistakes}
              isHeld={draft.isHeld}
              onMend={(mistake) => put(withSuggestion(draft.text, mistake))}
            />
          )}
          {isListed && <CompletionList id={`${id}-list`} completions={completions} />}
        </div>
      )}
    </search>
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
  ])
}

/** What could stand at the cursor, below the search box. */
function CompletionList({id, completions}: {id: string; completions: Completions}) {
  const {offers, active, point, take} = completions
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({block: 'nearest'})
  }, [active])
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
      {offers.map((offer, at) => (
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
          <span className="min-w-0 truncate font-mono text-12">{offer.text}</span>
          <span className="ml-auto min-w-0 truncate text-12 text-text-3">{offer.hint}</span>
        </div>
      ))}
    </div>
  )
}

const MOST = 3

/** What of the search is not understood, and what may have been meant. */
function MistakeNotes({
  id,
  query,
  mistakes,
  isHeld,
  onMend,
}: {
  id: string
  query: string
  mistakes: readonly QueryMistake[]
  isHeld: boolean
  onMend: (mistake: QueryMistake) => void
}) {
  return (
    <div id={id} aria-live="polite" className="grid gap-1 px-3 py-2">
      {mistakes.slice(0, MOST).map((mistake) => (
        <p key={`${mistake.from} ${mistake.code}`} className="flex items-start gap-2">
          <Icon icon={TriangleAlert} size={14} className="mt-0.5 text-st-stalled" />
          <span className="min-w-0 text-pretty wrap-anywhere">
            <code className="font-mono text-12">{wrongTerm(query, mistake)}</code>: {saysOf(mistake)}.
            {mistake.suggestion !== '' && (
              <>
                {' '}
                {text('search.meant')}{' '}
                <TextButton className="font-mono text-12" onClick={() => onMend(mistake)}>
                  {mistake.suggestion}
                </TextButton>
                ?
              </>
            )}
          </span>
        </p>
      ))}
      {isHeld && <p className="pl-[22px] text-12 text-text-3">{text('search.kept')}</p>}
    </div>
  )
}

function saysOf({code, message}: QueryMistake): string {
  const known = mistakeCodes.find((it) => it === code)
  return known ? text(`mistake.${known}`) : message
}

const examples: readonly (readonly [written: string, says: TextKey])[] = [
  ['big bunny', 'search.help.words'],
  ['"big bunny"', 'search.help.exact'],
  ['-sample', 'search.help.not'],
  ['/s\\d\\de\\d\\d/', 'search.help.pattern'],
  ['size>10GB', 'search.help.size'],
  ['ratio:1..2', 'search.help.range'],
  ['added<7d', 'search.help.added'],
  ['state:stalled,error', 'search.help.either'],
  ['(size>10GB OR ratio<1) -sample', 'search.help.or'],
  ['-category:books', 'search.help.exclude'],
  ['tag:none', 'search.help.none'],
  ['is:duplicate', 'search.help.duplicate'],
]

/** The language of the search box in twelve lines. An example that is pressed stands in the box. */
function SearchHelp({onTry}: {onTry: (written: string) => void}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={text('search.help')}
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      className="w-[380px] p-2"
      trigger={
        <IconButton
          label={text('search.help')}
          icon={Info}
          size="small"
          className="shrink-0 max-phone:hidden"
        />
      }
    >
      <p className="px-2 pt-1 pb-2 text-12 text-pretty text-text-2">{text('search.help.intro')}</p>
      <ul>
        {examples.map(([written, says]) => (
          <li key={written}>
            <button
              type="button"
              onClick={() => {
                setOpen(false)
                onTry(written)
              }}
              className="flex min-h-7 w-full items-baseline gap-3 rounded-s px-2 py-1 text-left hover:bg-accent-soft focus-visible:shadow-focus-in pointer-coarse:min-h-11 pointer-coarse:items-center"
            >
              <span className="w-40 shrink-0 truncate font-mono text-12">{written}</span>
              <span className="text-12 text-text-2">{text(says)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="px-2 pt-2 pb-1 text-12 text-pretty text-text-3">{text('search.help.more')}</p>
    </Popover>
  )
}
