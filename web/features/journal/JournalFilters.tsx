import {Search, X} from 'lucide-react'
import {useEffect, useEffectEvent, useState} from 'react'
import {useAsked} from '../../api/use-asked.ts'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Input} from '../../ui/Input.tsx'
import {Select} from '../../ui/Select.tsx'
import {kinds, origins, outcomes, spans, type JournalSearch} from './journal-search.ts'

export type ChangeSearch = (change: {
  readonly [K in keyof JournalSearch]?: JournalSearch[K] | undefined
}) => void

/** Which deeds are shown; all of it stands in the address. */
export function JournalFilters({search, change}: {search: JournalSearch; change: ChangeSearch}) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <FindField typed={search.q ?? ''} onTyped={(q) => change({q: q || undefined})} />
      <Choice
        name="who"
        all={text('journal.who.all')}
        value={search.who}
        options={origins.map((value) => ({value, label: text(`journal.who.${value}`)}))}
        onChange={(who) => change({who})}
      />
      <Choice
        name="what"
        all={text('journal.what.all')}
        value={search.what}
        options={kinds.map((value) => ({value, label: text(`journal.what.${value}`)}))}
        onChange={(what) => change({what})}
      />
      <Choice
        name="outcome"
        all={text('journal.outcome.all')}
        value={search.outcome}
        options={outcomes.map((value) => ({value, label: text(`ended.${value}`)}))}
        onChange={(outcome) => change({outcome})}
      />
      <Choice
        name="when"
        all={text('journal.when.all')}
        value={search.when}
        options={spans.map((value) => ({value, label: text(`journal.when.${value}`)}))}
        onChange={(when) => change({when})}
      />
      {search.actor !== undefined && (
        <Taken
          words={text('journal.actor', {name: search.actor})}
          onRemove={() => change({actor: undefined})}
        />
      )}
      {search.rule !== undefined && (
        <Taken words={text('journal.one-rule')} onRemove={() => change({rule: undefined})} />
      )}
      {search.torrent !== undefined && (
        <Taken words={text('journal.torrent')} onRemove={() => change({torrent: undefined})} />
      )}
    </div>
  )
}

/** The address follows what is typed, and is followed where somebody else wrote it: a link, the way back. */
function FindField({typed, onTyped}: {typed: string; onTyped: (typed: string) => void}) {
  const [shown, setShown] = useState(typed)
  const [sent, setSent] = useState(typed)
  const [known, setKnown] = useState(typed)
  const asked = useAsked(shown, ['journal'])
  if (typed !== known) {
    setKnown(typed)
    if (typed !== sent) {
      setSent(typed)
      setShown(typed)
    }
    // The address has to follow first: what it says then is what was sent, or somebody else's.
  } else if (typed === sent && asked === shown && asked !== sent) setSent(asked)
  const send = useEffectEvent((next: string) => {
    if (next !== typed) onTyped(next)
  })
  useEffect(() => send(sent), [sent])
  return (
    <Input
      type="search"
      icon={Search}
      aria-label={text('journal.find')}
      placeholder={text('journal.find')}
      className="min-w-60 flex-1 basis-60"
      value={shown}
      onChange={(event) => setShown(event.target.value)}
    />
  )
}

function Choice<V extends string>({
  name,
  all,
  value,
  options,
  onChange,
}: {
  name: 'who' | 'what' | 'outcome' | 'when'
  all: string
  value: V | undefined
  options: readonly {readonly value: V; readonly label: string}[]
  onChange: (value: V | undefined) => void
}) {
  return (
    <Select<V | ''>
      value={value ?? ''}
      label={text(`journal.${name}`)}
      options={[{value: '', label: all}, ...options]}
      onChange={(picked) => onChange(picked === '' ? undefined : picked)}
      className="w-auto! min-w-34"
    />
  )
}

function Taken({words, onRemove}: {words: string; onRemove: () => void}) {
  return (
    <button
      type="button"
      aria-label={text('journal.clear-one', {what: words})}
      onClick={onRemove}
      className="inline-flex h-8 max-w-full items-center gap-1.5 rounded-m bg-accent-soft px-2.5 font-medium hover:bg-press focus-visible:shadow-focus pointer-coarse:h-11"
    >
      <span className="truncate">{words}</span>
      <Icon icon={X} size={14} />
    </button>
  )
}
