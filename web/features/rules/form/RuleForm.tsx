import {useQuery} from '@tanstack/react-query'
import {Shield} from 'lucide-react'
import {useEffect, useId, useMemo, useRef, useState, type ReactNode} from 'react'
import {conditionIn} from '#search-query/rule-condition.ts'
import {arrsQuery} from '../../../api/arrs.ts'
import {categoriesQuery, tagsQuery} from '../../../api/labels.ts'
import {vocabularyQuery, type RuleVocabulary} from '../../../api/rules.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Chip} from '../../../ui/Chip.tsx'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Select} from '../../../ui/Select.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {
  actionChoices,
  ActionLine,
  actionOf,
  guardFields,
  moreFields,
  PartFields,
  scheduleFields,
  scopeFields,
  selectFields,
  windowFields,
} from './PartFields.tsx'
import {ConditionBox, conditionText} from './ConditionBox.tsx'
import {useKnown} from './known-names.ts'
import {AddCondition, ConditionTree} from './ConditionTree.tsx'
import {
  readDocument,
  withItem,
  without,
  withValue,
  type Edits,
  type Part,
  isRemoving,
} from './rule-document.ts'
import {choicesOf, quantityKind, type KnownNames} from './value-kind.ts'
import {Shown} from './ValueControl.tsx'

/** The same text as fields. What they do not know stays as it is. */
export function RuleForm({
  yaml,
  onChange,
  isReadOnly,
  focusOn,
}: {
  yaml: string
  onChange: (yaml: string) => void
  isReadOnly: boolean
  /** The value that somebody came to change; `null` = none. */
  focusOn: string | null
}) {
  const reading = useQuery(vocabularyQuery)
  const {data: words} = reading
  const known = useKnownNames()
  const rule = useMemo(() => readDocument(yaml), [yaml])
  if (!words) {
    return (
      <Awaited reading={reading} what={text('rules.one')}>
        <Skeleton height={240} />
      </Awaited>
    )
  }
  if (!rule) return <Note tone="warn">{text('rule-form.unreadable')}</Note>
  const edits: Edits | null = isReadOnly
    ? null
    : {
        set: (place, value) => onChange(withValue(yaml, place, value)),
        add: (place, value) => onChange(withItem(yaml, place, value)),
        remove: (place) => onChange(without(yaml, place)),
      }
  return <Sections {...{rule, edits, known, focusOn}} words={wordsFor(rule, words)} />
}

interface SectionsProps {
  readonly rule: Part
  readonly edits: Edits | null
  readonly words: RuleVocabulary
  readonly known: KnownNames
  readonly focusOn: string | null
}

/** Puts who came for a value there, once: what is typed afterwards moves nobody. */
function useFocusOn(value: string | null) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (value === null) return
    const place = box.current?.querySelector<HTMLElement>(`[data-value="${CSS.escape(value)}"]`)
    const field = place?.querySelector('input')
    field?.select()
    const found = field ?? place
    found?.focus({preventScroll: true})
    found?.scrollIntoView({block: 'center'})
  }, [value])
  return box
}

function Sections({rule, edits, words, known, focusOn}: SectionsProps) {
  const box = useFocusOn(focusOn)
  const actions = Array.isArray(rule['do']) ? (rule['do'] as readonly unknown[]) : []
  const [select, schedule] = [partOf(rule, 'select'), partOf(rule, 'schedule')]
  const shared = {words, known, edits}
  const lacked = lackedBy(rule, words)
  // What is written and may not be is shown, so that it can be taken away.
  const isShown = (part: string) => rule[part] !== undefined || !lacked.has(part)
  return (
    <div ref={box} className="grid">
      {edits && (
        <Field label={text('rule-form.name')} className="pb-3">
          <Input
            value={typeof rule['name'] === 'string' ? rule['name'] : ''}
            onChange={({target}) => edits.set(['name'], target.value)}
          />
        </Field>
      )}
      {isShown('scope') && (
        <Section title={text('rule-form.where')} part="scope">
          <PartFields
            part={partOf(rule, 'scope') ?? {}}
            place={['scope']}
            fields={scopeFields(known)}
            edits={edits}
            none={text('rule-form.where.all')}
          />
        </Section>
      )}
      <Section title={text('rule-form.when')} part="when">
        <Which {...shared} rule={rule} focusOn={focusOn} />
      </Section>
      {isShown('hold') && (
        <Section title={text('rule-form.held')} part="hold">
          <HoldFields {...shared} hold={partOf(rule, 'hold')} />
        </Section>
      )}
      <Section title={text('rule-form.asked')} part="schedule">
        <PartFields
          part={schedule ?? {}}
          place={['schedule']}
          fields={scheduleFields(words, lacked)}
          edits={edits}
          none={text(askedWords[subjectOf(rule)] ?? 'rule-form.asked.always')}
        />
        <Hours window={partOf(schedule ?? {}, 'window')} words={words} edits={edits} />
      </Section>
      {isShown('select') && (
        <Section title={text('rule-form.take')} part="select">
          <PartFields
            part={select ?? {}}
            place={['select']}
            fields={selectFields(words)}
            edits={edits}
            none={text('rule-form.take.all')}
          />
          {select && (select['until'] !== undefined || !lacked.has('select.until')) && (
            <Until {...shared} until={select['until']} />
          )}
        </Section>
      )}
      <Section title={text('rule-form.do')} part="do">
        {actions.map((action, at) => (
          <ActionLine
            // An action is where it stands.
            // oxlint-disable-next-line react/no-array-index-key
            key={at}
            {...shared}
            action={asPart(action) ?? {}}
            place={['do', at]}
          />
        ))}
        {edits && (
          <Combobox
            value={null}
            onChange={(name: string) => edits.add(['do'], actionOf(name, words, known))}
            label={text('rule-form.add-action')}
            placeholder={text('rule-form.add-action')}
            options={actionChoices(words.actions)}
            className="w-44!"
          />
        )}
      </Section>
      <Section title={text('rule-form.limits')} part="guards">
        <PartFields
          part={partOf(rule, 'guards') ?? {}}
          place={['guards']}
          fields={guardFields(lacked)}
          edits={edits}
          none={text('rule-form.limits.usual')}
        />
        <p className="text-12 text-text-3">{text('rule-form.limits.then')}</p>
      </Section>
      <Section title={text('rule-form.notify')}>
        <NotifyField actions={actions} edits={edits} />
      </Section>
      {isRemoving([{actions: actions.map(verbOf)}]) && (
        <Section title={text('rule-form.protections')}>
          <Protections owes={partOf(rule, 'guards')?.['obligationOverride'] === undefined} />
        </Section>
      )}
      <Section title={text('rule-form.more')}>
        <PartFields
          part={rule}
          place={[]}
          fields={moreFields(words)}
          edits={edits}
          none={text('rule-form.more.usual')}
        />
      </Section>
    </div>
  )
}

/**
 * Which torrents: the search box where a text can say it, else a tree of comparisons. Who came to change one value of the
 * tree finds the tree.
 */
function Which({
  rule,
  words,
  known,
  edits,
  focusOn,
}: Pick<SectionsProps, 'rule' | 'words' | 'known' | 'edits' | 'focusOn'>) {
  const when = rule['when']
  const names = useKnown()
  const isOfTorrents = subjectOf(rule) === 'torrent'
  const [isTree, setTree] = useState(focusOn !== null && focusOn !== 'hold')
  const written = when === undefined ? '' : conditionText(when, names)
  if (edits && isOfTorrents && written !== null && !isTree) {
    return (
      <div className="grid gap-1.5">
        <ConditionBox written={written} known={names} onChange={(next) => edits.set(['when'], next)} />
        <p className="flex flex-wrap gap-x-3 text-12 text-text-3">
          {text('rule-form.which.hint')}
          <TextButton
            onClick={() => {
              const {condition} = conditionIn(written, names)
              if (typeof when === 'string' && condition !== null) edits.set(['when'], condition)
              setTree(true)
            }}
          >
            {text('rule-form.which.tree')}
          </TextButton>
        </p>
      </div>
    )
  }
  return (
    <div className="grid gap-1.5">
      {when === undefined && edits ? (
        <AddCondition words={words} onAdd={(leaf) => edits.set(['when'], {all: [leaf]})} />
      ) : typeof when === 'string' ? (
        <Shown value={when} />
      ) : (
        <ConditionTree {...{words, known, edits}} condition={when} place={['when']} onRemove={null} />
      )}
      {edits && isOfTorrents && (
        <p className="flex flex-wrap gap-x-3 text-12 text-text-3">
          {written === null ? (
            text('rule-form.which.none')
          ) : (
            <TextButton onClick={() => setTree(false)}>{text('rule-form.which.box')}</TextButton>
          )}
        </p>
      )}
    </div>
  )
}

/** Whether it says so when it acts; that it is paused always needs somebody. */
function NotifyField({actions, edits}: {actions: readonly unknown[]; edits: Edits | null}) {
  const verbs = actions.map(verbOf)
  const at = verbs.indexOf('notify')
  // What does nothing else would do nothing without it; what only keeps does nothing beside.
  const isAlone = verbs.every((it) => it === 'notify' || it === 'skip')
  const word = text(at < 0 ? 'rule-form.notify.off' : 'rule-form.notify.on')
  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap items-center gap-x-2">
        {text('rule-form.notify.acts')}
        {edits && !isAlone ? (
          <Select
            value={at < 0 ? 'off' : 'on'}
            label={text('rule-form.notify.acts')}
            options={(['off', 'on'] as const).map((value) => ({
              value,
              label: text(`rule-form.notify.${value}`),
            }))}
            onChange={(next: string) => {
              if (next === 'on' && at < 0) edits.add(['do'], {action: 'notify'})
              if (next === 'off' && at >= 0) edits.remove(['do', at])
            }}
            className="w-44!"
          />
        ) : (
          <span className="text-text-2">{word}</span>
        )}
      </p>
      <p className="text-12 text-text-3">{text('rule-form.notify.paused')}</p>
    </div>
  )
}

const protections = ['tracker', 'shared', 'imported', 'person', 'server'] as const

/** What the guards keep from every rule that removes something. @param owes what trackers require counts for it, too */
function Protections({owes}: {owes: boolean}) {
  return (
    <div className="grid gap-1.5">
      <ul className="flex flex-wrap gap-1.5">
        {protections
          .filter((it) => owes || it !== 'tracker')
          .map((it) => (
            <li key={it} className="max-w-full">
              <Chip className="h-auto! min-h-[22px] whitespace-normal!">
                <Icon icon={Shield} size={14} className="mr-1 inline-block align-[-2px]" />
                {text(`rule-form.protections.${it}`)}
              </Chip>
            </li>
          ))}
      </ul>
      <p className="text-12 text-text-3">{text('rule-form.protections.says')}</p>
    </div>
  )
}

const hoursPlace = ['schedule', 'window'] as const

/** The hours of the day in which it may act. */
function Hours({window, words, edits}: Pick<SectionsProps, 'words' | 'edits'> & {window: Part | null}) {
  if (window) {
    return <PartFields part={window} place={hoursPlace} fields={windowFields(words)} edits={edits} none="" />
  }
  if (!edits) return null
  return (
    <TextButton
      className="justify-self-start"
      onClick={() => edits.set(hoursPlace, {from: '22:00', to: '06:00'})}
    >
      {text('rule-form.hours')}
    </TextButton>
  )
}

function Until({
  until,
  words,
  known,
  edits,
}: Pick<SectionsProps, 'words' | 'known' | 'edits'> & {until: unknown}) {
  const place = ['select', 'until']
  if (until === undefined && !edits) return null
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span>{text('rule-form.until')}</span>
      {until === undefined ? (
        <AddCondition words={words} onAdd={(leaf) => edits?.set(place, leaf)} />
      ) : (
        <ConditionTree
          {...{words, known, edits, place}}
          condition={until}
          onRemove={() => edits?.remove(place)}
        />
      )}
    </div>
  )
}

/** @param part of the rule that it is */
function Section({title, part, children}: {title: string; part?: string; children: ReactNode}) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      data-part={part}
      className="grid gap-x-4 gap-y-2 border-t border-line py-3.5 @min-[560px]:grid-cols-[72px_minmax(0,1fr)]"
    >
      <h2 id={id} className="pt-1.5 font-normal text-text-2">
        {title}
      </h2>
      <div className="grid min-w-0 content-start gap-3">{children}</div>
    </section>
  )
}

/** Only what may be asked of its subject, and done to it. */
function wordsFor(rule: Part, words: RuleVocabulary): RuleVocabulary {
  const subject = subjectOf(rule)
  const isOfIt = ({subjects}: {readonly subjects: readonly string[]}) => subjects.includes(subject)
  return {...words, facts: words.facts.filter(isOfIt), actions: words.actions.filter(isOfIt)}
}

/** Parts that it may not have. */
function lackedBy(rule: Part, {parts}: RuleVocabulary): ReadonlySet<string> {
  const subject = subjectOf(rule)
  return new Set(parts.filter(({subjects}) => !subjects.some((it) => it === subject)).map(({name}) => name))
}

/** When rules about it are asked that name no time. */
const askedWords: Readonly<Record<string, TextKey>> = {
  path: 'rule-form.asked.looked',
  wanted: 'rule-form.asked.wanted',
}

function subjectOf(rule: Part): string {
  return typeof rule['subject'] === 'string' ? rule['subject'] : 'torrent'
}

function useKnownNames(): KnownNames {
  const servers = useServers()
  const {data: arrs} = useQuery(arrsQuery)
  const {data: categories} = useQuery(categoriesQuery)
  const {data: tags} = useQuery(tagsQuery)
  return useMemo(
    () => ({
      servers: (servers ?? []).map(({server_id: id}) => ({value: id, label: id})),
      arrs: (arrs ?? []).map(({id: value, name: label}) => ({value, label})),
      categories: choicesOf((categories ?? []).map(({name}) => name).filter((it) => it !== '')),
      tags: choicesOf((tags ?? []).map(({name}) => name)),
    }),
    [servers, arrs, categories, tags],
  )
}

function verbOf(action: unknown): unknown {
  return asPart(action)?.['action']
}

function partOf(part: Part, key: string): Part | null {
  return asPart(part[key])
}

function asPart(value: unknown): Part | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : null
}

const place = ['hold'] as const

/** How long the condition has to stay true, or how often it has to be. */
function HoldFields({
  hold,
  words,
  known,
  edits,
}: {
  /** `null` = at once. */
  hold: Part | null
  words: RuleVocabulary
  known: KnownNames
  edits: Edits | null
}) {
  const how = hold === null ? 'none' : 'strikes' in hold ? 'strikes' : 'for'
  const pick = (next: string) => {
    if (!edits || next === how) return
    if (next === 'none') edits.remove(place)
    else edits.set(place, next === 'for' ? {for: '30m'} : {strikes: 3, gap: '10m', expireAfter: '1d'})
  }
  const resetOn = hold?.['resetOn']
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {edits ? (
          <Select
            value={how}
            onChange={pick}
            label={text('rule-form.hold')}
            options={(['none', 'for', 'strikes'] as const).map((value) => ({
              value,
              label: text(`rule-form.hold.${value}`),
            }))}
            className="w-52!"
          />
        ) : (
          <span className="text-text-2">{text(`rule-form.hold.${how}`)}</span>
        )}
        {hold && (
          <div data-value="hold" tabIndex={-1} className="rounded-m focus:shadow-focus">
            <PartFields part={hold} place={place} fields={fieldsOf(how)} edits={edits} none="" />
          </div>
        )}
      </div>
      {resetOn !== undefined && (
        <div className="grid gap-2">
          <span>{text('rule-form.reset')}</span>
          <ConditionTree
            {...{words, known, edits}}
            condition={resetOn}
            place={[...place, 'resetOn']}
            onRemove={() => edits?.remove([...place, 'resetOn'])}
          />
        </div>
      )}
      {hold && resetOn === undefined && edits && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-text-2">{text('rule-form.reset')}</span>
          <AddCondition words={words} onAdd={(leaf) => edits.set([...place, 'resetOn'], leaf)} />
        </div>
      )}
    </div>
  )
}

function fieldsOf(how: 'none' | 'for' | 'strikes') {
  const seconds = quantityKind('seconds')
  if (how === 'for') return [{key: 'for', label: text('rule-form.hold.time'), kind: seconds}]
  return [
    {key: 'strikes', label: text('rule-form.hold.times'), kind: quantityKind('count')},
    {key: 'gap', label: text('rule-form.hold.gap'), kind: seconds},
    {key: 'expireAfter', label: text('rule-form.hold.expire'), kind: seconds},
  ]
}
