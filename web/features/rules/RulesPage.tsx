import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {Hand, ListChecks, Plus} from 'lucide-react'
import {useState} from 'react'
import {Problem} from '../../api/problem.ts'
import {ruleExamplesQuery, ruleQuery, rulesQuery, type Rule} from '../../api/rules.ts'
import {usePermission, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {Select} from '../../ui/Select.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {actionWords, guardWords} from '../explain/action-words.ts'
import {RuleEditor} from './RuleEditor.tsx'
import {RuleHead} from './RuleHead.tsx'
import {doneWords, useRuleWeeks} from './rule-week.ts'
import {readRulesSearch} from './rules-search.ts'

/** The rules beside each other: which there are, and one of them with its text and what it would do now. */
export function RulesPage() {
  useTitle(text('rules.title'))
  const {rule, value = null, new: isNew} = readRulesSearch(useSearch({strict: false}))
  const isOne = rule !== undefined || isNew === true
  return (
    <main
      tabIndex={-1}
      className="grid h-full min-h-0 phone:grid-cols-[minmax(200px,296px)_minmax(0,1fr)] max-phone:overflow-y-auto"
    >
      <List shown={rule} isHidden={isOne} />
      <div
        className={joined(
          'min-h-0 min-w-0 overflow-y-auto bg-surface px-7 pt-5 pb-12 @container max-phone:px-3.5 max-phone:pt-3',
          !isOne && 'max-phone:hidden',
        )}
      >
        <Link to="/rules" search={{}} className={`${textLinkClass} mb-2 inline-block phone:hidden`}>
          ‹ {text('rules.back')}
        </Link>
        {isNew && <NewRule />}
        {rule !== undefined && <OneRule key={rule} id={rule} focusOn={value} />}
        {!isOne && <EmptyState icon={ListChecks} title={text('rules.choose')} />}
      </div>
    </main>
  )
}

/** @param isHidden on phones one thing is shown at a time */
function List({shown, isHidden}: {shown: string | undefined; isHidden: boolean}) {
  const reading = useQuery(rulesQuery)
  const {data} = reading
  const mayManage = usePermission('manage')
  return (
    <nav
      aria-label={text('rules.title')}
      className={joined(
        'min-h-0 overflow-y-auto border-r border-line-strong px-2 py-3 max-phone:border-0',
        isHidden && 'max-phone:hidden',
      )}
    >
      <div className="flex items-center justify-between gap-2 pl-2">
        {/* The page of a rule has its own heading. */}
        {isHidden ? (
          <b className="text-16 font-bold">{text('rules.title')}</b>
        ) : (
          <h1 className="text-16 font-bold">{text('rules.title')}</h1>
        )}
        {mayManage && (
          <Link to="/rules" search={{new: true}} className={buttonClass()}>
            <Icon icon={Plus} />
            {text('rules.new')}
          </Link>
        )}
      </div>
      <Awaited reading={reading} what={text('rules.title')} className="mt-2">
        <Skeleton className="m-2" height={40} />
      </Awaited>
      {data?.length === 0 && (
        <EmptyState
          icon={ListChecks}
          className="mt-3"
          title={text('rules.none')}
          text={text('rules.none.next')}
          actions={
            mayManage && (
              <Link to="/rules" search={{new: true}} className={buttonClass()}>
                {text('rules.none.do')}
              </Link>
            )
          }
        />
      )}
      {data && <RuleList rules={data} shown={shown} />}
    </nav>
  )
}

/** @param focusOn the value that somebody came to change; `null` = none */
function OneRule({id, focusOn}: {id: string; focusOn: string | null}) {
  const reading = useQuery(ruleQuery(id))
  const {data: rule, error} = reading
  const mayManage = usePermission('manage')
  const navigate = useNavigate()
  if (!rule) {
    const isGone = error instanceof Problem && error.code === 'rule_unknown'
    const others = (
      <Link to="/rules" search={{}} className={textLinkClass}>
        {text('rules.others')}
      </Link>
    )
    return (
      <Awaited reading={reading} what={text('rules.one')} next={isGone ? others : undefined}>
        <Skeleton height={28} width={260} />
      </Awaited>
    )
  }
  return (
    <RuleEditor
      rule={rule}
      begin=""
      mayEdit={mayManage && rule.may === 'edit'}
      focusOn={focusOn}
      renderHead={(preview) => <RuleHead rule={rule} preview={preview} mayManage={mayManage} />}
      onSaved={({id: saved}) => void navigate({to: '/rules', search: {rule: saved}})}
    />
  )
}

const BLANK = ''

/** It is more use to change something than to begin with nothing. */
const blank = `name: Well seeded and old
scope: {privacy: public}
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: ratio, op: gt, value: 2}
    - {fact: age, op: gt, value: 14d}
do:
  - {action: removeWithData}
guards: {maxPerRun: 10, maxPerDay: 50}
`

/** A rule that is being written: from an example, with what it would do beside it. */
function NewRule() {
  const {data: examples} = useQuery(ruleExamplesQuery)
  const [selected, setSelected] = useState(BLANK)
  const navigate = useNavigate()
  const example = examples?.find(({name}) => name === selected)
  return (
    <RuleEditor
      key={selected}
      rule={null}
      begin={example?.yaml ?? blank}
      mayEdit
      onSaved={({id}) => void navigate({to: '/rules', search: {rule: id}})}
      renderHead={() => (
        <div className="grid gap-2">
          <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('rules.new')}</h1>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="text-12 font-medium text-text-2">{text('rules.begin')}</span>
            <Select
              value={selected}
              onChange={setSelected}
              label={text('rules.begin')}
              options={[
                {value: BLANK, label: text('rules.begin.blank')},
                ...(examples ?? []).map(({name}) => ({value: name, label: name})),
              ]}
              className="w-60! max-w-full"
            />
          </div>
          <p className="text-text-2">{example?.says ?? text('rules.begin.blank.says')}</p>
        </div>
      )}
    />
  )
}

/** All rules that he sees: his own, those of others, those of the configuration. */
function RuleList({rules, shown}: {rules: readonly Rule[]; shown: string | undefined}) {
  const me = useSession().visitor?.user_id ?? null
  const weeks = useRuleWeeks(null)
  return groupsOf(rules, me).map(({title, note, rules: its, nameOf}) => (
    <section key={title} aria-label={title}>
      <h2 className="flex justify-between gap-2 px-2 pt-3 pb-1 text-11 font-bold text-text-3">
        {title}
        {note && <span className="font-normal">{note}</span>}
      </h2>
      <ul>
        {its.map((rule) => (
          <RuleLine
            key={rule.id}
            rule={rule}
            name={nameOf(rule)}
            did={doneWords(weeks?.get(rule.id))}
            isShown={rule.id === shown}
          />
        ))}
      </ul>
    </section>
  ))
}

const modeColours: Readonly<Record<Rule['mode'], string>> = {
  off: 'text-text-3',
  simulate: 'text-st-checking',
  ask: 'text-accent',
  live: 'text-st-seeding',
}

function RuleLine({
  rule,
  name,
  did,
  isShown,
}: {
  rule: Rule
  name: string
  /** This week; '' = nothing. */
  did: string
  isShown: boolean
}) {
  const {id, actions, suspended} = rule
  return (
    <li>
      <Link
        to="/rules"
        search={{rule: id}}
        data-hint="rule"
        aria-current={isShown ? 'page' : undefined}
        className={joined(
          'grid grid-cols-[minmax(0,1fr)_auto] gap-x-2 rounded-m px-2 py-1.5 hover:bg-press focus-visible:shadow-focus-in pointer-coarse:min-h-11',
          isShown && 'bg-accent-soft',
        )}
      >
        <span className="truncate font-medium">{name}</span>
        <ModeWord rule={rule} />
        <span className="col-span-full truncate text-12 text-text-3">
          {[
            suspended ? guardWords(suspended.reason) : actions.map(actionWords).join(', '),
            did === '' ? [] : text('rules.week', {did}),
          ]
            .flat()
            .join(' · ')}
        </span>
      </Link>
    </li>
  )
}

function ModeWord({rule: {mode, suspended}}: {rule: Rule}) {
  if (suspended) {
    return (
      <span className="flex items-center gap-1 text-12 font-bold text-st-stalled">
        <Icon icon={Hand} size={14} />
        {text('rules.suspended')}
      </span>
    )
  }
  return <span className={`text-12 font-medium ${modeColours[mode]}`}>{text(`rules.mode.${mode}`)}</span>
}

interface Group {
  readonly title: string
  readonly note: string
  readonly rules: readonly Rule[]
  /** Below the title that it stands under. */
  readonly nameOf: (rule: Rule) => string
}

function groupsOf(rules: readonly Rule[], me: string | null): readonly Group[] {
  const presets = rules.filter(({origin}) => origin === 'preset')
  const written = rules.filter(({origin}) => origin === 'user')
  const isMine = ({owner}: Rule) => owner === null || owner.id === me
  const others = Map.groupBy(
    written.filter((it) => !isMine(it)),
    ({owner}) => owner?.name ?? '',
  )
  const sections = Map.groupBy(presets, ({name}) => partsOf(name)[0])
  const whole = {note: '', nameOf: ({name}: Rule) => name}
  const groups = [
    {...whole, title: text('rules.yours'), rules: written.filter(isMine)},
    ...[...others].map(([name, its]) => ({...whole, title: text('rules.of', {name}), rules: its})),
    ...[...sections].map(([title, its]) => ({
      title,
      note: text('rules.built-in'),
      rules: its,
      nameOf: ({name}: Rule) => partsOf(name)[1],
    })),
  ]
  return groups.filter((it) => it.rules.length > 0)
}

/** "Radarr-4K: stalled": the section that a preset is of, and what it is called there. */
function partsOf(name: string): readonly [section: string, its: string] {
  const end = name.indexOf(': ')
  return end < 0 ? ['', name] : [name.slice(0, end), name.slice(end + 2)]
}
