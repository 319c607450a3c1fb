import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {Search} from 'lucide-react'
import {useId, useMemo, useState, type KeyboardEvent, type ReactNode} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {previewQuery, ruleExamplesQuery, type RulePreview} from '../../api/rules.ts'
import {foundTotal, labelCounts} from '../../api/torrents.ts'
import {trackerProfilesQuery} from '../../api/tracker-names.ts'
import {text} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {bytes, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Input} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {Kbd} from '../../ui/Kbd.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {queryShown} from '../torrents/torrents-search.ts'
import {aboutWanted} from './about-wanted.ts'
import type {KnownHere} from './described.ts'
import {conditionOfText, useKnown, type Known} from './form/known-names.ts'
import {withValue} from './form/rule-document.ts'
import {groupIcons} from './group-icons.ts'
import {RuleEditor} from './RuleEditor.tsx'
import {kindOf, waitingWords} from './preview.ts'
import type {Pieces} from './sentence-pieces.ts'
import {OWN_WORDS, templatesFor, understood, type Template} from './templates.ts'
import {useSentenceWords} from './use-sentence-words.ts'

/** What a rule may begin with that is no template. */
const EMPTY = 'empty'
const YAML = 'yaml'

/** The shortest sentence: it changes nothing. */
const shortest = `name: New rule
when: {fact: complete, op: eq, value: true}
do:
  - {action: skip}
`

/** About what a search finds. Its action is one that can be undone. @param known by whose names it calls servers and Arrs */
function aboutSearch(when: string, known: Known): string {
  return withValue(
    `name: ${text('rules.new.from-search')}\nwhen: ''\ndo:\n  - {action: tag, names: [found]}\n`,
    ['when'],
    conditionOfText(when, known),
  )
}

/**
 * A rule that is begun: by describing it, by a template, by a search, or by its text; then written, with what it would do
 * beside it.
 * @param when the search; `null` = none
 * @param wanted the group of what is wanted, of one Arr or of all; `null` = none
 * @param begin what was selected; `null` = nothing yet
 */
export function NewRule({
  when,
  begin,
  described,
  foot,
  wanted,
  arr,
}: {
  when: string | null
  wanted: string | null
  arr: string | null
  begin: string | null
  described: string
  /** Of the page. */
  foot: HTMLElement | null
}) {
  useTitle(text('rules.new'))
  const navigate = useNavigate()
  const reading = useQuery(ruleExamplesQuery)
  const words = useSentenceWords()
  const named = useKnown()
  const known = useKnownHere()
  if (when === null && wanted === null && begin === null) {
    return (
      <div className="mx-auto grid max-w-[780px] gap-3">
        <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('rules.new')}</h1>
        <RuleTemplates described={described} isPage />
      </div>
    )
  }
  const isTemplate = when === null && wanted === null && begin !== EMPTY && begin !== YAML
  if (isTemplate && (!reading.data || !words || !known)) {
    return (
      <Awaited reading={reading} what={text('rules.templates')}>
        <SkeletonLines />
      </Awaited>
    )
  }
  const template = isTemplate
    ? templatesFor('', reading.data!, words!, {known: known!, figured: described}).find(
        ({name}) => name === begin,
      )
    : undefined
  const yaml =
    when !== null
      ? aboutSearch(when, named)
      : wanted !== null
        ? aboutWanted(wanted, arr)
        : begin === YAML
          ? ''
          : (template?.yaml ?? shortest)
  const says =
    when !== null
      ? text('rules.begin.search.says')
      : wanted !== null
        ? text('rules.begin.wanted.says')
        : begin === YAML
          ? text('rules.begin.yaml.says')
          : template?.name === OWN_WORDS
            ? text('rules.templates.own.says')
            : (reading.data?.find(({name}) => name === template?.name)?.says ??
              text('rules.begin.empty.says'))
  return (
    <RuleEditor
      key={yaml}
      rule={null}
      begin={yaml}
      beginsAs={begin === YAML ? 'yaml' : 'form'}
      mayEdit
      foot={foot}
      onSaved={({id}) => void navigate({to: '/rules', search: {rule: id}})}
      renderHead={() => (
        <div className="grid gap-1">
          <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('rules.new')}</h1>
          <p className="text-text-2">
            {says}{' '}
            <Link
              to="/rules"
              search={{new: true, ...(described !== '' && {described})}}
              className={`${textLinkClass} inline-flex min-h-6 items-center`}
            >
              {text('rules.begin.other')}
            </Link>
          </p>
        </div>
      )}
    />
  )
}

/** One field for what somebody wants, and the templates that fit it as sentences, with what each would do now. */
export function RuleTemplates({
  described: first,
  isPage = false,
}: {
  described: string
  /** Somebody came for them. */
  isPage?: boolean
}) {
  const reading = useQuery(ruleExamplesQuery)
  const words = useSentenceWords()
  const [described, setDescribed] = useState(first)
  const navigate = useNavigate()
  const id = useId()
  const {data: examples} = reading
  const known = useKnownHere()
  const read = useMemo(
    () => (examples && words && known ? understood(described, examples, words, known) : null),
    [described, examples, words, known],
  )
  const found = read?.templates ?? null
  // What was not understood is not taken for the first that is offered: then somebody selects one.
  const [selected, setActive] = useState<number | null>(null)
  const at =
    selected === null ? (read?.isCertain === false ? null : 0) : Math.min(selected, (found?.length ?? 1) - 1)
  const begin = async (name: string) => {
    const search = {new: true, ...(described.trim() !== '' && {described: described.trim()})} as const
    // The way back leads to what was described.
    if (isPage) await navigate({to: '/rules', search, replace: true})
    await navigate({to: '/rules', search: {...search, begin: name}})
  }
  const move = (to: number) => {
    setActive(to)
    document.querySelector(`#${CSS.escape(`${id}-${to}`)}`)?.scrollIntoView({block: 'nearest'})
  }
  const key = (event: KeyboardEvent) => {
    if (!found || found.length === 0) return
    if (event.key === 'ArrowDown') move(at === null ? 0 : Math.min(found.length - 1, at + 1))
    else if (event.key === 'ArrowUp') move(Math.max(0, (at ?? 0) - 1))
    else if (event.key === 'Enter') {
      if (at !== null) void begin(found[at]!.name)
    } else return
    event.preventDefault()
  }
  return (
    <section
      aria-label={text('rules.templates')}
      className="grid min-w-0 gap-2.5 rounded-l border border-line-strong bg-surface p-3.5"
    >
      <Input
        icon={Search}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the browser's own has no room for sentences
        role="combobox"
        aria-label={text('rules.templates.describe')}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found && found.length > 0 && at !== null ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={text('rules.templates.describe')}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- what was opened is this question
        autoFocus={isPage && !matchMedia('(pointer: coarse)').matches}
        value={described}
        onChange={({target}) => {
          setDescribed(target.value)
          setActive(null)
        }}
        onKeyDown={key}
        autoComplete="off"
        className="h-10! text-14"
      />
      <NotTaken
        unknown={read?.unknown ?? []}
        found={found ?? []}
        isUncertain={read !== null && read.templates.length > 0 && !read.isCertain}
      />
      <Others count={examples?.length ?? null} />
      {found === null ? (
        <Awaited reading={reading} what={text('rules.templates')}>
          <SkeletonLines />
        </Awaited>
      ) : (
        <div
          id={`${id}-list`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- its options are sentences
          role="listbox"
          aria-label={text('rules.templates')}
          className="grid"
        >
          {found.map((template, nth) => (
            <TemplateRow
              key={template.name}
              id={`${id}-${nth}`}
              template={template}
              isActive={nth === at}
              onSelect={() => void begin(template.name)}
            />
          ))}
        </div>
      )}
      {found?.length === 0 && (
        <output className="px-2 py-1 text-text-2">{text('rules.templates.none')}</output>
      )}
    </section>
  )
}

/** What of the description nothing is made of: a word is never dropped without saying so. */
function NotTaken({
  unknown,
  found,
  isUncertain,
}: {
  unknown: readonly string[]
  found: readonly Template[]
  /** Enter takes none of them. */
  isUncertain: boolean
}) {
  const [first, ...others] = found.map(({unset}) => new Set(unset))
  const nowhere = others.reduce((left, it) => left.intersection(it), first ?? new Set<string>())
  return (
    <output className="grid gap-0.5 px-2 text-12 wrap-anywhere text-st-stalled empty:hidden">
      {unknown.length > 0 && (
        <span>{text('rules.templates.not-understood', {words: unknown.join(', ')})}</span>
      )}
      {nowhere.size > 0 && (
        <span>{text('rules.templates.unset.all', {figures: [...nowhere].join(', ')})}</span>
      )}
      {isUncertain && <span>{text('rules.templates.uncertain')}</span>}
    </output>
  )
}

function TemplateRow({
  id,
  template: {name, group, says, yaml, unset},
  isActive,
  onSelect,
}: {
  id: string
  template: Template
  isActive: boolean
  onSelect: () => void
}) {
  return (
    // The field above has the focus, and its keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a sentence has more in it than words
      role="option"
      aria-selected={isActive}
      onClick={onSelect}
      className={joined(
        'grid cursor-pointer grid-cols-[20px_minmax(0,1fr)_auto] items-start gap-x-2 rounded-m px-2 py-2 hover:bg-hover',
        isActive && 'bg-accent-soft',
      )}
    >
      <Icon icon={groupIcons[group]} className="mt-[3px] text-text-3" />
      <span className="min-w-0">
        <span className="block text-14/[1.5] text-pretty wrap-anywhere">
          <SaidPieces pieces={says} />
        </span>
        <span className="num block text-12 text-text-2">
          {name === OWN_WORDS ? text('rules.templates.own') : name} · {text(`rules.group.${group}`)} ·{' '}
          <Effect yaml={yaml} />
          {unset.length > 0 && ` · ${text('rules.templates.unset', {figures: unset.join(', ')})}`}
        </span>
      </span>
      <span className="pt-0.5 max-phone:hidden pointer-coarse:hidden">
        {isActive && <Kbd keys="Enter" />}
      </span>
    </div>
  )
}

function SaidPieces({pieces}: {pieces: Pieces}) {
  return pieces.map((it): ReactNode =>
    typeof it === 'string' ? (
      it
    ) : (
      <span key={it.place.join('.')} className="font-medium">
        {it.shown}
      </span>
    ),
  )
}

/** What it would do if it ran now. */
function Effect({yaml}: {yaml: string}) {
  const {data, isError} = useQuery({...previewQuery(yaml, null), staleTime: 60_000, refetchInterval: false})
  if (isError) return text('rules.templates.effect.unknown')
  return data ? effectWords(data) : text('rules.templates.effect.wait')
}

/** What it would do first, then of how many that is not known, and why. */
function effectWords(preview: RulePreview): string {
  return [effectOf(preview), ...waitingWords(preview)].join(' · ')
}

function effectOf({subject, would_act: acts, held, unknown}: RulePreview): string {
  const kind = kindOf(subject)
  if (acts.count > 0) {
    const words = {count: acts.count, size: written(bytes(acts.bytes))}
    return text(`rules.templates.effect${kind}`, words)
  }
  if (held.count > 0) return text('rules.templates.effect.held', {count: held.count})
  return text(unknown.count > 0 ? 'rules.templates.effect.none-known' : 'rules.templates.effect.none')
}

/** What is no template. */
function Others({count}: {count: number | null}) {
  const q = queryShown()
  const {data: total} = useQuery({...foundTotal(q), enabled: q !== ''})
  const link = `${textLinkClass} inline-flex min-h-6 items-center pointer-coarse:min-h-11`
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-2 text-12">
      <Link to="/rules" search={{new: true, begin: EMPTY}} className={link}>
        {text('rules.begin.empty')}
      </Link>
      {q !== '' && (
        <Link to="/rules" search={{new: true, when: q}} title={q} className={link}>
          {total === undefined
            ? text('rules.begin.search')
            : text('rules.begin.search.count', {count: total})}
        </Link>
      )}
      <Link to="/rules" search={{new: true, begin: YAML}} className={link}>
        {text('rules.begin.yaml')}
      </Link>
      {count !== null && (
        <span className="num ml-auto text-text-3 max-phone:ml-0">
          {text('rules.templates.count', {count})}
        </span>
      )}
    </div>
  )
}

const {timeZone} = Intl.DateTimeFormat().resolvedOptions()

/** Names that somebody can mean who describes a rule. `null` = not read yet; what can't be read has no names. */
function useKnownHere(): KnownHere | null {
  const arrs = useQuery(arrsQuery)
  const labels = useQuery(labelCounts)
  const profiles = useQuery(trackerProfilesQuery)
  const servers = useServers()
  const isWaiting = arrs.isPending || labels.isPending || profiles.isPending || !servers
  return useMemo(() => {
    if (isWaiting) return null
    const named = (counts: readonly {readonly value: unknown}[] | undefined) =>
      (counts ?? []).map(({value}) => value).filter((it) => typeof it === 'string' && it !== '') as string[]
    return {
      servers: (servers ?? []).map((it) => ({id: it.server_id, name: it.server_name})),
      arrs: arrs.data ?? [],
      tags: named(labels.data?.tag),
      categories: named(labels.data?.category),
      trackers: named(labels.data?.tracker),
      profiles: (profiles.data ?? []).map((it) => ({name: it.name, hosts: it.seen_hosts})),
      timeZone,
    }
  }, [isWaiting, arrs.data, labels.data, profiles.data, servers])
}
