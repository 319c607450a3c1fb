import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {useId, useLayoutEffect, useMemo, useRef, useState, type RefObject} from 'react'
import {normalised, textOfCondition} from '#search-query/condition-text.ts'
import {factWords} from '#search-query/fact-words.ts'
import {filterOf} from '#search-query/filter-of.ts'
import {conditionIn} from '#search-query/rule-condition.ts'
import {ruleCompletions} from '#search-query/rule-completions.ts'
import {foundTotal} from '../../../api/torrents.ts'
import {text} from '../../../i18n/text.ts'
import {serverNow} from '../../../live/clock.ts'
import {panelClass} from '../../../ui/control-class.ts'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useSettled} from '../../../ui/use-settled.ts'
import {shownMistakes, trimmed} from '../../torrents/filters/query-draft.ts'
import {
  CompletionKeys,
  CompletionList,
  MistakeNotes,
  mistakeWords,
} from '../../torrents/filters/SearchBox.tsx'
import {SearchInput} from '../../torrents/filters/SearchInput.tsx'
import {
  useCompletions,
  useKnownArrs,
  useKnownServers,
  type QueryDraft,
} from '../../torrents/filters/use-query-draft.ts'
import {conditionOfText, type Known} from './known-names.ts'

/** The text of a condition as its rule has it; `null` = none can say it. */
export function conditionText(condition: unknown, known: Known): string | null {
  return typeof condition === 'string' ? condition : textOfCondition(condition, known)
}

/** Which torrents a rule is about, in the language of the search box. */
export function ConditionBox({
  written,
  known,
  onChange,
}: {
  /** As the rule has it. */
  written: string
  known: Known
  /** With what is to stand in the rule: the text, or the tree where names in it have ids. */
  onChange: (condition: unknown) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const draft = useConditionDraft(input, written, known, onChange)
  const completions = useCompletions(draft, ruleCompletions)
  const {mistakes} = draft
  const isListed = completions.offers.length > 0
  const isWrong = mistakes.length > 0
  return (
    <div className="grid gap-1.5">
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions: it follows the focus of the field in it. */}
      <search
        className="relative min-w-0"
        onBlur={({currentTarget, relatedTarget}) => {
          if (!currentTarget.contains(relatedTarget)) completions.close()
        }}
      >
        <div className="flex h-[34px] items-center gap-1 rounded-m bg-sunken pr-2.5 pl-2.5 has-[input:focus-visible]:bg-surface has-[input:focus-visible]:shadow-[inset_0_0_0_1px_var(--accent),0_0_0_3px_var(--accent-soft)] max-phone:h-11 pointer-coarse:h-11">
          <Icon icon={Search} size={14} className="text-text-3" />
          <SearchInput
            ref={input}
            id={id}
            label={text('rule-form.which')}
            placeholder={text('rule-form.which.placeholder')}
            draft={draft}
            completions={completions}
          />
          <FoundCount q={draft.text} />
        </div>
        {(isListed || isWrong) && (
          // A press in it must not take the focus out of the box.
          // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
          <div
            onPointerDown={(event) => event.preventDefault()}
            className={joined(
              panelClass,
              'absolute inset-x-0 top-full z-10 mt-1 max-w-[640px] divide-y divide-line overflow-hidden',
            )}
          >
            {isWrong && (
              <MistakeNotes
                id={`${id}-mistakes`}
                query={draft.text}
                mistakes={mistakes}
                onMend={(edited) => {
                  input.current?.focus()
                  draft.put(edited)
                }}
              />
            )}
            {isListed && (
              <CompletionList id={`${id}-list`} written={draft.text} completions={completions} scope={null} />
            )}
            {isListed && <CompletionKeys />}
          </div>
        )}
      </search>
    </div>
  )
}

const COUNT_AFTER_MS = 150

/** How many torrents the text finds now, with the way to them; else which fact only rules can ask. */
function FoundCount({q}: {q: string}) {
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  const settled = useSettled(trimmed(q), COUNT_AFTER_MS)
  const {mistakes} = filterOf(settled, {servers, arrs: arrs ?? [], now: serverNow(), facts: factWords})
  const isUnderstood = settled !== '' && mistakes.length === 0
  const {data} = useQuery({...foundTotal(settled), enabled: isUnderstood})
  const withheld = mistakes.find(({code}) => code === 'not_in_search')
  if (withheld)
    return (
      <span className="min-w-0 truncate text-12 text-text-3" title={mistakeWords(withheld)}>
        {text('rule-form.which.only-rules', {field: withheld.found})}
      </span>
    )
  if (!isUnderstood || data === undefined) return null
  return (
    <Link
      to="/torrents"
      search={{q: settled}}
      aria-label={text('rule-form.which.show', {count: data})}
      className={`${textLinkClass} num shrink-0 text-12`}
    >
      {text('rule-form.which.count', {count: data, all: count(data)})}
    </Link>
  )
}

/** What is written in the box, on its way into the rule and back from it. */
function useConditionDraft(
  input: RefObject<HTMLInputElement | null>,
  written: string,
  known: Known,
  onChange: (condition: unknown) => void,
): QueryDraft {
  const [own, setOwn] = useState<string | null>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  const [isPatient, setPatient] = useState(true)
  const place = useRef<number | null>(null)
  // What somebody typed stands there while it means what the rule says, or is not understood yet.
  const read = useMemo(() => conditionIn(own ?? written, known), [own, written, known])
  const saved = useMemo(() => conditionIn(written, known).condition, [written, known])
  const isMeant =
    own !== null && (read.condition === null || normalised(read.condition) === normalised(saved))
  const shown = isMeant ? own : written
  useLayoutEffect(() => {
    if (place.current !== null) input.current?.setSelectionRange(place.current, place.current)
    place.current = null
  })
  const mistakes = isMeant ? read.mistakes : conditionIn(written, known).mistakes
  const type = ({text: typed, cursor: at}: {readonly text: string; readonly cursor: number}) => {
    place.current = null
    setOwn(typed)
    setCursor(at)
    setPatient(true)
    onChange(conditionOfText(typed, known))
  }
  return {
    text: shown,
    cursor,
    mistakes: shownMistakes(shown, mistakes, isPatient ? cursor : null),
    isHeld: false,
    type,
    put: (edited) => {
      type(edited)
      if (edited.text === shown) input.current?.setSelectionRange(edited.cursor, edited.cursor)
      else place.current = edited.cursor
    },
    point: setCursor,
    apply: () => setPatient(false),
    leave: () => {
      setPatient(false)
      setCursor(null)
    },
  }
}
