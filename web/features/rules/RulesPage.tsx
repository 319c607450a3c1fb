import {useQuery} from '@tanstack/react-query'
import {Link, useNavigate, useSearch} from '@tanstack/react-router'
import {useState} from 'react'
import {Problem} from '../../api/problem.ts'
import {ruleExamplesQuery, ruleQuery} from '../../api/rules.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {pageClass} from '../../ui/PageHead.tsx'
import {Select} from '../../ui/Select.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {RuleEditor} from './RuleEditor.tsx'
import {RuleHead} from './RuleHead.tsx'
import {RulesList} from './RulesList.tsx'
import {readRulesSearch} from './rules-search.ts'

/** All rules as sentences; or one of them with its text and what it would do now. */
export function RulesPage() {
  useTitle(text('rules.title'))
  const {rule, value = null, new: isNew} = readRulesSearch(useSearch({strict: false}))
  if (rule === undefined && isNew !== true) return <RulesList />
  return (
    <main tabIndex={-1} className={`${pageClass} @container bg-surface`}>
      <Link to="/rules" search={{}} className={`${textLinkClass} mb-2 inline-block`}>
        ‹ {text('rules.back')}
      </Link>
      {rule === undefined ? <NewRule /> : <OneRule key={rule} id={rule} focusOn={value} />}
    </main>
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
