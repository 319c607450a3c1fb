import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {ListChecks, Lock, Play, Plus} from 'lucide-react'
import {useMemo, useRef, useState} from 'react'
import {Problem} from '../../api/problem.ts'
import {
  ruleQuery,
  ruleDocumentsQuery,
  ruleOverlapsQuery,
  vocabularyQuery,
  type ListedRule,
  type RuleOverlap,
} from '../../api/rules.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Awaited, together} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {bytes, written} from '../../ui/format.ts'
import {Skeleton, SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {useTitle} from '../../ui/use-document.ts'
import {RuleEditor} from './RuleEditor.tsx'
import {AbsentLine, useAbsentRules, type AbsentRow} from './AbsentRules.tsx'
import {RuleHead, RunNowDialog} from './RuleHead.tsx'
import {overlapsOfRow, standingsOf, type RowOverlap} from './overlap-words.ts'
import {isOfRules, useOpenValue, useValuesOfPage} from './open-value.ts'
import {RuleRowLine, type RowPicks, type RowPlace} from './RuleRow.tsx'
import {groupIcons} from './group-icons.ts'
import {groupsOf, type GroupOfRules, type RuleRow} from './rule-rows.ts'
import {doneWords, togetherOf, useAllCounted, useRuleWeeks, type RuleWeek} from './rule-week.ts'
import {readRulesSearch} from './rules-search.ts'
import type {SentenceWords} from './sentence.ts'
import {useMoveRule, useRowDrag} from './use-rule-moves.ts'
import {useRuleKeys} from './use-rule-keys.ts'
import {useSentenceWords} from './use-sentence-words.ts'
import {WatchOnlyButton} from './WatchOnly.tsx'

const NewRule = lazyPart(
  [],
  async () => (await import('./NewRule.tsx')).NewRule,
  'on demand',
  <SkeletonLines />,
)
const RuleTemplates = lazyPart(
  [],
  async () => (await import('./NewRule.tsx')).RuleTemplates,
  'on demand',
  <SkeletonLines />,
)

/** All rules as sentences; or one of them with its text and what it would do now. */
export function RulesPage() {
  useTitle(text('rules.title'))
  const {
    rule,
    value = null,
    new: isNew,
    when = null,
    wanted = null,
    arr = null,
    begin = null,
    described = '',
  } = readRulesSearch(useSearch({strict: false}))
  const [foot, setFoot] = useState<HTMLElement | null>(null)
  if (rule === undefined && isNew !== true) return <RulesList />
  return (
    <main tabIndex={-1} className="grid h-full grid-rows-[minmax(0,1fr)_auto] bg-surface">
      <div className={`${pageClass} @container`}>
        <Link to="/rules" search={{}} className={`${textLinkClass} mb-2 inline-block`}>
          ‹ {text('rules.back')}
        </Link>
        {rule === undefined ? (
          <NewRule key={when} {...{when, wanted, arr, begin, described, foot}} />
        ) : (
          <OneRule key={rule} id={rule} focusOn={value} foot={foot} />
        )}
      </div>
      <div ref={setFoot} />
    </main>
  )
}

/** @param focusOn the value that somebody came to change; `null` = none */
function OneRule({
  id,
  focusOn,
  foot,
}: {
  id: string
  focusOn: string | null
  /** Of the page. */
  foot: HTMLElement | null
}) {
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
      foot={foot}
      renderHead={(preview, write) => (
        <RuleHead rule={rule} preview={preview} mayManage={mayManage} onVersion={write} />
      )}
      onSaved={({id: saved}) => void navigate({to: '/rules', search: {rule: saved}})}
    />
  )
}

/** All rules that he sees, as sentences, in the order in which a torrent passes them. */
function RulesList() {
  useValuesOfPage()
  const reading = useQuery(ruleDocumentsQuery)
  const vocabulary = useQuery(vocabularyQuery)
  const words = useSentenceWords()
  const mayManage = usePermission('manage')
  const weeks = useRuleWeeks()
  const {data: rules} = reading
  const groups = useMemo(() => (rules && words ? groupsOf(rules, words) : null), [rules, words])
  const list = useRef<HTMLElement>(null)
  const {picks, ids, picked, clear} = usePicks(groups)
  const [toRun, setToRun] = useState<readonly ListedRule[] | null>(null)
  const onPage = (groups ?? []).flatMap(({rows}) => rows.flatMap((row) => row.rules.map((it) => it.rule)))
  const run = () => rules && setToRun(ids.size > 0 ? picked : onPage.filter(({mode}) => mode !== 'off'))
  useRuleKeys(list, mayManage ? run : null)
  const {data: overlaps = none} = useQuery({...ruleOverlapsQuery, enabled: groups !== null})
  const isAdministrator = usePermission('admin')
  const absent = useAbsentRules(isAdministrator ? words : null)
  const standings = useMemo(() => standingsOf(groups ?? []), [groups])
  const overlapsOf = (rowId: string) => overlapsOfRow(rowId, overlaps, standings)
  const actions = mayManage && (
    <>
      <WatchOnlyButton />
      {ids.size > 0 && <TextButton onClick={clear}>{text('rules.select.clear')}</TextButton>}
      {rules && rules.some(({mode}) => mode !== 'off') && (
        <Button icon={Play} onClick={run}>
          {ids.size > 0 ? text('rules.run.selected', {count: picked.length}) : text('rules.run')}
        </Button>
      )}
      <Link to="/rules" search={{new: true}} className={buttonClass('primary')}>
        <Icon icon={Plus} />
        {text('rules.new')}
      </Link>
    </>
  )
  return (
    <main ref={list} tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[1240px] gap-4">
        <div>
          <PageHead title={text('rules.title')} actions={actions} />
          {rules && rules.length > 0 && <Lead rules={rules} weeks={weeks} />}
        </div>
        <Awaited reading={together(reading, vocabulary)} what={text('rules.title')}>
          <SkeletonLines />
        </Awaited>
        {rules?.length === 0 && (
          <>
            <EmptyState icon={ListChecks} title={text('rules.none')} text={text('rules.none.next')} />
            {mayManage && <RuleTemplates described="" />}
          </>
        )}
        {groups && rules && rules.length > 0 && (
          <>
            <Order groups={groups} weeks={weeks} />
            {groups.map((it) => (
              <Group
                key={it.group}
                group={it}
                overlapsOf={overlapsOf}
                absent={absent.filter(({group}) => group === it.group)}
                weeks={weeks}
                names={words!.names}
                picks={{...picks, run: (row) => setToRun(row.rules.map((it) => it.rule))}}
                mayManage={mayManage}
              />
            ))}
          </>
        )}
      </div>
      {toRun && <RunNowDialog rules={toRun} onClose={() => setToRun(null)} />}
    </main>
  )
}

/** Rows that are selected, as far as they are there. */
function usePicks(groups: readonly GroupOfRules[] | null) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const rows = (groups ?? []).flatMap((it) => it.rows).filter(({id}) => ids.has(id))
  const picks: Omit<RowPicks, 'run'> = {
    has: (id) => ids.has(id),
    pick: (id, isPicked) => {
      const next = new Set(ids)
      if (isPicked) next.add(id)
      else next.delete(id)
      setIds(next)
    },
  }
  return {
    picks,
    ids: new Set(rows.map(({id}) => id)),
    picked: rows.flatMap(({rules}) => rules.map(({rule}) => rule)),
    clear: () => setIds(new Set()),
  }
}

const none: readonly RuleOverlap[] = []

type Weeks = ReadonlyMap<string, RuleWeek> | undefined

function Lead({rules, weeks}: {rules: readonly ListedRule[]; weeks: Weeks}) {
  const week = weeks && togetherOf([...weeks.values()])
  const did = week && doneWords(week)
  const paused = rules.filter(({suspended}) => suspended !== null).length
  const isAll = useAllCounted()
  return (
    <p className="-mt-2 max-w-[900px] text-14 text-pretty text-text-2">
      {[
        ...(rules.some(({mode_then: then}) => then !== null) ? [text('watch.lead')] : []),
        text('rules.lead', {count: rules.length}),
        ...(did === undefined
          ? []
          : [did === '' ? text('rules.lead.week.none') : text('rules.lead.week', {did})]),
        ...(week === undefined || week.bytes === 0
          ? []
          : [text('rules.lead.bytes', {size: written(bytes(week.bytes))})]),
        ...(week === undefined || week.held === 0 ? [] : [text('rules.lead.held', {count: week.held})]),
        ...(isAll ? [] : [text('rules.lead.newest')]),
        ...(paused === 0 ? [] : [text('rules.lead.paused', {count: paused})]),
      ].join(' ')}
    </p>
  )
}

/** The groups in a row, each the way to its rules. */
function Order({groups, weeks}: {groups: readonly GroupOfRules[]; weeks: Weeks}) {
  return (
    <nav
      aria-label={text('rules.order')}
      className="overflow-clip rounded-l border border-line-strong bg-surface"
    >
      <ol className="grid grid-cols-5">
        {groups.map(({group, rows}, at) => {
          const its = rows.flatMap(({rules}) => rules.flatMap(({rule}) => weeks?.get(rule.id) ?? []))
          const did = doneWords(togetherOf(its))
          return (
            <li key={group} className="min-w-0 border-line not-first:border-l">
              <a
                href={`#${group}`}
                className="block h-full px-3.5 py-2.5 text-text max-phone:grid max-phone:min-h-11 max-phone:place-items-center max-phone:px-1 hover:bg-hover hover:no-underline focus-visible:shadow-focus-in"
              >
                <span className="num flex items-center gap-1.5 font-bold">
                  <Icon icon={groupIcons[group]} size={14} className="text-text-3 max-phone:hidden" />
                  <span className="max-phone:hidden">{at + 1}</span> {text(`rules.group.${group}`)}
                </span>
                <span className="num block text-12 text-text-3 max-phone:hidden">
                  {text(`rules.group.${group}.short`)}
                  {did !== '' && ` · ${did}`}
                </span>
              </a>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

/** What the guards keep from every rule, whatever it says. */
const alwaysKept = ['rules.always.tracker', 'rules.always.shared', 'rules.always.person'] as const

function Group({
  group: its,
  overlapsOf,
  absent,
  weeks,
  names,
  picks,
  mayManage,
}: {
  group: GroupOfRules
  /** What a row decides over, by its id. */
  overlapsOf: (rowId: string) => readonly RowOverlap[]
  /** What settings of Arrs leave out. */
  absent: readonly AbsentRow[]
  weeks: Weeks
  names: SentenceWords['names']
  picks: RowPicks
  mayManage: boolean
}) {
  const {group, rows, off} = its
  const move = useMoveRule(its)
  const {drag, gripOf} = useRowDrag(move)
  const from = drag === null ? -1 : rows.findIndex(({id}) => id === drag.id)
  const open = useOpenValue()
  const isOpenRow = ({rules}: RuleRow) =>
    open !== null &&
    isOfRules(
      rules.map(({rule}) => rule),
      open.piece.rules,
    )
  const markOf = (at: number): RowPlace['mark'] => {
    if (drag === null) return null
    if (at === from) return 'moving'
    if (at !== drag.to) return null
    return drag.to < from ? 'above' : 'below'
  }
  const always = group === 'keep' ? alwaysKept : []
  if (rows.length + off.length + always.length + absent.length === 0) return null
  const offNames = [
    ...off.map(({name}) => name),
    ...absent.map(({name}) => text('rules.absent.add', {name})),
  ].join(', ')
  const title = text(`rules.group.${group}`)
  const line = (row: (typeof rows)[number], at: number | null) => (
    <RuleRowLine
      key={row.id}
      row={row}
      place={at === null ? null : {at, count: rows.length, move, grip: gripOf(row.id), mark: markOf(at)}}
      overlaps={at === null ? [] : overlapsOf(row.id)}
      weeks={weeks}
      names={names}
      picks={picks}
      mayManage={mayManage}
    />
  )
  return (
    <section
      id={group}
      // Where the strip of groups leads.
      tabIndex={-1}
      aria-label={title}
      className="min-w-0 scroll-mt-4 rounded-l border border-line-strong bg-surface"
    >
      <header className="flex min-h-11 flex-wrap items-center gap-x-2 border-b border-line px-3.5 py-1.5">
        <Icon icon={groupIcons[group]} className="text-text-3" />
        <h2 className="font-bold">{title}</h2>
        <span className="min-w-0 text-12 text-text-3">{text(`rules.group.${group}.says`)}</span>
      </header>
      <ul className="divide-y divide-line">
        {always.map((key) => (
          <li
            key={key}
            className="grid grid-cols-[20px_minmax(0,1fr)_auto] items-start gap-x-3 px-3.5 py-2.5 max-phone:grid-cols-[20px_minmax(0,1fr)]"
          >
            <Icon icon={Lock} size={14} className="mt-1 justify-self-center text-text-3" />
            <p className="text-14/[1.5] text-pretty">{text(key)}</p>
            <span className="w-[104px] px-2 pt-0.5 text-12 font-medium text-text-2 max-phone:hidden">
              {text('rules.always')}
            </span>
          </li>
        ))}
        {rows.map((row, at) => line(row, at))}
      </ul>
      {off.length + absent.length > 0 && (
        <div className={rows.length > 0 ? 'border-t border-line' : ''}>
          <Fold
            isForced={off.some(isOpenRow)}
            title={text('rules.group.off', {names: offNames})}
            titleClass="px-3.5 text-12 text-text-2"
          >
            <ul className="divide-y divide-line border-t border-line">
              {off.map((row) => line(row, null))}
              {absent.map((row) => (
                <AbsentLine key={row.id} row={row} />
              ))}
            </ul>
          </Fold>
        </div>
      )}
    </section>
  )
}
