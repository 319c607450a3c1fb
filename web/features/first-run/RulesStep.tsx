import {useMutation, useQueries, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Lock} from 'lucide-react'
import {useRef, useState} from 'react'
import {arrDefinitionQuery, arrKeysQuery, arrsQuery} from '../../api/arrs.ts'
import {ask} from '../../api/ask.ts'
import {letRulesAct, moveInQuery, watchForADay} from '../../api/move-in.ts'
import {queries} from '../../api/queries.ts'
import {ruleQuery, rulesQuery, switchRule, type Rule, type RulePreview} from '../../api/rules.ts'
import type {SettingKey} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Note} from '../../ui/Note.tsx'
import {RadioCards} from '../../ui/RadioCards.tsx'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {
  actingRules,
  cautions,
  modesFor,
  ruleLines,
  sharedValue,
  shownSetting,
  type ArrValues,
  type Caution,
  type RuleLine,
} from './rule-lines.ts'
import {RuleSentence} from './RuleValue.tsx'
import {StepFrame} from './SetUpSteps.tsx'

/** What Commodarr will do. Nothing acts before this step is confirmed. */
export function RulesStep({isNow, onBack}: {isNow: boolean; onBack: () => void}) {
  const navigate = useNavigate()
  const reading = useQuery({...rulesQuery, refetchInterval: REFRESH_MS, enabled: isNow})
  const {data: rules = none} = reading
  const {arrs, keys, isRead, isAnyOfFile} = useArrValues(isNow)
  const [caution, setCaution] = useState<Caution>('watch')
  const [off, setOff] = useState<ReadonlySet<string>>(new Set())
  const [faults, setFaults] = useState<ReadonlyMap<string, string>>(new Map())
  // What was typed last is on its way while the button is pressed.
  const [saving] = useState(() => new Set<Promise<unknown>>())
  const wrong = useRef(faults)
  const lines = ruleLines(rules, arrs)
  const setFault = (line: string, name: string, fault: string | null) => {
    const next = new Map(wrong.current)
    if (fault === null) next.delete(`${line} ${name}`)
    else next.set(`${line} ${name}`, fault)
    wrong.current = next
    setFaults(next)
  }
  const ending = useMutation({
    mutationFn: async () => {
      await Promise.all(saving)
      const {size} = wrong.current
      if (size > 0) throw new Error(text('setup.rules.fault.first', {count: size}))
      // As they are with the values of now.
      const now = ruleLines(await queries.fetchQuery({...rulesQuery, staleTime: 0}), arrs)
      for (const {id, mode} of modesFor(now, off, caution)) await switchRule(id, mode, true)
      // The last of all: until then everything only reports.
      queries.setQueryData(
        moveInQuery.queryKey,
        await (caution === 'watch' ? watchForADay() : letRulesAct(caution)),
      )
    },
    onSuccess: () => navigate({to: '/'}),
  })
  return (
    <StepFrame
      isNow={isNow}
      title={text('setup.rules.title')}
      lead={text('setup.rules.lead')}
      footer={
        <>
          <Button size="big" variant="ghost" onClick={onBack} className="-ml-4">
            {text('setup.back')}
          </Button>
          <span className="flex-1 text-right text-12 text-text-2 max-phone:hidden">
            {text(`setup.caution.${caution}.foot`)}
          </span>
          <Button
            size="big"
            variant="primary"
            className="max-phone:flex-1"
            onClick={() => ending.mutate()}
            waitsFor={ending.isPending ? text('setup.ending') : undefined}
          >
            {text(`setup.caution.${caution}.do`)}
          </Button>
        </>
      }
    >
      <RadioCards
        label={text('setup.caution')}
        value={caution}
        onChange={setCaution}
        className="phone:grid-cols-3"
        options={cautions.map((value) => ({
          value,
          label: text(`setup.caution.${value}`),
          hint: text(`setup.caution.${value}.says`),
        }))}
      />
      {lines.length > 0 && (
        <Card title={text('setup.rules.card')} isPadded={false}>
          <ul>
            {lines.map((line) => (
              <LineRow
                key={line.id}
                line={line}
                keys={keys}
                isOn={!off.has(line.id) && actingRules(line).some(({mode}) => mode !== 'off')}
                onSwitch={(isOn) => setOff(without(off, line.id, isOn))}
                faults={faults}
                onFault={setFault}
                saving={saving}
              />
            ))}
          </ul>
        </Card>
      )}
      {caution === 'act' && isAnyOfFile && <Note tone="info">{text('setup.rules.file-asks')}</Note>}
      {isNow && (
        <Awaited reading={reading} what={text('setup.rules.card')}>
          <SkeletonLines />
        </Awaited>
      )}
      {reading.data !== undefined && isRead && lines.length === 0 && (
        <Note tone="info">{text('setup.rules.none')}</Note>
      )}
      <Card title={text('setup.always')}>
        <p className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 text-pretty text-text-2">
          <Icon icon={Lock} className="mt-0.5 text-st-seeding" />
          {text('setup.always.says')}
        </p>
      </Card>
      {ending.error && (
        <Note tone="bad" isNews>
          {ending.error.message}
        </Note>
      )}
    </StepFrame>
  )
}

function without(off: ReadonlySet<string>, id: string, isOn: boolean): ReadonlySet<string> {
  const next = new Set(off)
  if (isOn) next.delete(id)
  else next.add(id)
  return next
}

const REFRESH_MS = 2_000
const none: readonly Rule[] = []

/** What the Arrs have been told to do; empty until all of it is read. */
function useArrValues(isNow: boolean): {
  arrs: readonly ArrValues[]
  keys: readonly SettingKey[]
  isRead: boolean
  /** One of them at least is declared in the file. */
  isAnyOfFile: boolean
} {
  const {data: all} = useQuery({...arrsQuery, enabled: isNow})
  const {data: keys = []} = useQuery({...arrKeysQuery, enabled: isNow})
  const mine = (all ?? []).filter(
    ({enabled, access, obstacle}) => enabled && access === 'own' && obstacle === null,
  )
  const definitions = useQueries({queries: mine.map(({id}) => ({...arrDefinitionQuery(id), enabled: isNow}))})
  const arrs = definitions.flatMap(({data}) =>
    data === undefined
      ? []
      : [{id: data.id, name: data.name, settings: data.in_force, obstacle: data.file_obstacle}],
  )
  const isWhole = keys.length > 0 && arrs.length === mine.length
  const isAnyOfFile = mine.some(({origin}) => origin === 'file')
  return {arrs: isWhole ? arrs : [], keys, isRead: all !== undefined && isWhole, isAnyOfFile}
}

function LineRow({
  line,
  keys,
  isOn,
  onSwitch,
  faults,
  onFault,
  saving,
}: {
  line: RuleLine
  keys: readonly SettingKey[]
  isOn: boolean
  onSwitch: (isOn: boolean) => void
  faults: ReadonlyMap<string, string>
  onFault: (line: string, name: string, fault: string | null) => void
  saving: Set<Promise<unknown>>
}) {
  const acting = actingRules(line)
  const isOff = acting.every(({mode}) => mode === 'off')
  const reason = acting.length === 0 ? text('setup.rules.no-value') : text('setup.rules.off')
  const shown = Object.fromEntries(
    line.values.map((name) => {
      const value = sharedValue(line.arrs.map(({settings}) => shownSetting(name, settings, keys)))
      return [name, value === undefined ? text('setup.rules.differs') : (value ?? text('setup.rules.never'))]
    }),
  )
  const hasValues = line.values.length > 0
  const its = new Map(line.values.flatMap((name) => pairOf(name, faults.get(`${line.id} ${name}`))))
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 border-t border-line px-3.5 py-2.5 first:border-0 max-phone:grid-cols-1">
      <span className={hasValues ? 'flex min-w-0 items-start gap-2.5' : 'contents'}>
        <Switch
          checked={isOn}
          onChange={onSwitch}
          label={text(line.says, shown)}
          hideLabel={hasValues}
          disabledReason={isOff ? reason : undefined}
          className={hasValues ? 'mt-[5px]' : undefined}
        />
        {hasValues && (
          <span className="min-w-0">
            <RuleSentence
              words={(places) => text(line.says, places)}
              line={line}
              keys={keys}
              faults={its}
              onFault={(name, fault) => onFault(line.id, name, fault)}
              saving={saving}
            />
            {isOff && (
              <span aria-hidden className="block text-12 text-text-3">
                {reason}
              </span>
            )}
            {line.isOfSome && (
              <span className="block text-12 text-text-3">
                {text('setup.rules.of', {names: line.arrs.map(({name}) => name).join(', ')})}
              </span>
            )}
          </span>
        )}
      </span>
      <span aria-live="polite" className="text-right text-12 text-text-3 max-phone:pl-10 max-phone:text-left">
        {acting.length > 0 && <RightNow rules={acting} />}
      </span>
    </li>
  )
}

function pairOf<K, V>(key: K, value: V | undefined): readonly (readonly [K, V])[] {
  return value === undefined ? [] : [[key, value]]
}

/** Limits of a run keep some for the next one, and none for good. */
const ofARun: ReadonlySet<string> = new Set(['budget', 'maxPerTracker'])
/** What keeps them now and passes: what else keeps them is seen then. */
const passing: ReadonlySet<string> = new Set([
  'freeze',
  'failures',
  'busy',
  'mount',
  'moving',
  'internet',
  'import',
  'minAge',
  'maxShare',
])

/** What it would be done to right now, as if it had been so for long enough; what cannot be said is not 0. */
function RightNow({rules}: {rules: readonly Rule[]}) {
  const texts = useQueries({
    queries: rules.map(({id, revision}) => {
      const query = ruleQuery(id)
      return {...query, queryKey: [...query.queryKey, String(revision)]}
    }),
  })
  const previews = useQueries({
    queries: texts.flatMap(({data}) =>
      data === undefined
        ? []
        : {
            queryKey: ['rule-preview', data.id, data.yaml],
            queryFn: ({signal}: {signal: AbortSignal}) =>
              ask<RulePreview>('/rules/preview', {
                method: 'POST',
                body: {rule: {...data.rule, hold: null}},
                signal,
              }),
            retry: false,
          },
    ),
  })
  const isReady = previews.length === rules.length && previews.every(({isPending}) => !isPending)
  if (!isReady) return text('setup.rules.counting')
  const found = previews.flatMap(({data}) => (data === undefined ? [] : data))
  if (found.length < rules.length) return text('setup.rules.unknown')
  const parts = found.flatMap((it) => [it.would_act, ...it.guards.filter(({name}) => ofARun.has(name))])
  const sum = parts.reduce((total, it) => total + it.count, 0)
  const doubted = found.flatMap((it) => [it.unknown, ...it.guards.filter(({name}) => passing.has(name))])
  // Several rules may be about the same ones.
  const looked = Math.max(0, ...found.map((it) => it.looked))
  const most = Math.min(
    doubted.reduce((total, it) => total + it.count, sum),
    Math.max(sum, looked),
  )
  if (most > sum) return text('setup.rules.now-most', {count: most, shown: count(most)})
  const size = parts.reduce((total, it) => total + it.bytes, 0)
  const isFreed = sum > 0 && size > 0 && rules.some(({actions}) => actions.includes('removeWithData'))
  return text(isFreed ? 'setup.rules.now-size' : 'setup.rules.now', {
    count: sum,
    shown: count(sum),
    size: written(bytes(size)),
  })
}
