import {useMutation, useQueries, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Lock} from 'lucide-react'
import {useState} from 'react'
import {ask} from '../../api/ask.ts'
import {letRulesAct, moveInQuery, watchForADay} from '../../api/move-in.ts'
import {queries} from '../../api/queries.ts'
import {ruleQuery, rulesQuery, switchRule, type RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {count} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {Note} from '../../ui/Note.tsx'
import {RadioCards} from '../../ui/RadioCards.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {cautions, modesFor, ruleLines, type Caution, type RuleLine} from './rule-lines.ts'
import {StepFrame} from './StepFrame.tsx'

/** What Commodarr will do. Nothing acts before this step is confirmed. */
export function RulesStep({isNow, onBack}: {isNow: boolean; onBack: () => void}) {
  const navigate = useNavigate()
  const {data: rules = [], isPending} = useQuery({...rulesQuery, enabled: isNow})
  const [caution, setCaution] = useState<Caution>('watch')
  const [off, setOff] = useState<ReadonlySet<string>>(new Set())
  const lines = ruleLines(rules)
  const ending = useMutation({
    mutationFn: async () => {
      for (const {id, mode} of modesFor(lines, off, caution)) await switchRule(id, mode, true)
      // The last of all: until then everything only reports.
      queries.setQueryData(moveInQuery.queryKey, await (caution === 'watch' ? watchForADay() : letRulesAct()))
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
                isOn={!off.has(line.id) && line.rules.some(({mode}) => mode !== 'off')}
                onSwitch={(isOn) => setOff(without(off, line.id, isOn))}
              />
            ))}
          </ul>
        </Card>
      )}
      {!isPending && lines.length === 0 && <Note tone="info">{text('setup.rules.none')}</Note>}
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

function LineRow({line, isOn, onSwitch}: {line: RuleLine; isOn: boolean; onSwitch: (isOn: boolean) => void}) {
  const isOff = line.rules.every(({mode}) => mode === 'off')
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 border-t border-line px-3.5 py-2.5 first:border-0 max-phone:grid-cols-1">
      <Switch
        checked={isOn}
        onChange={onSwitch}
        label={text(line.says)}
        disabledReason={isOff ? text('setup.rules.off') : undefined}
      />
      <span className="text-right text-12 text-text-3 max-phone:pl-10 max-phone:text-left">
        <RightNow line={line} />
      </span>
    </li>
  )
}

/** How many torrents it is about right now; what cannot be said is not 0. */
function RightNow({line: {rules}}: {line: RuleLine}) {
  const texts = useQueries({queries: rules.map(({id}) => ruleQuery(id))})
  const previews = useQueries({
    queries: texts.flatMap(({data}) =>
      data === undefined
        ? []
        : {
            queryKey: ['rule-preview', data.id, data.yaml],
            queryFn: ({signal}: {signal: AbortSignal}) =>
              ask<RulePreview>('/rules/preview', {
                method: 'POST',
                body: {yaml: data.yaml, rule_id: data.id},
                signal,
              }),
            retry: false,
          },
    ),
  })
  const isReady = previews.length === rules.length && previews.every(({isPending}) => !isPending)
  if (!isReady) return text('setup.rules.counting')
  const found = previews.flatMap(({data}) => (data === undefined ? [] : data.matched.count))
  if (found.length < rules.length) return text('setup.rules.unknown')
  const sum = found.reduce((total, it) => total + it, 0)
  return text('setup.rules.now', {count: sum, shown: count(sum)})
}
