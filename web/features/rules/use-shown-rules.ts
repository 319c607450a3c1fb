/** What saved rules would do now, each in the revision that is shown. */
import {useQueries} from '@tanstack/react-query'
import {previewQuery, ruleQuery, type Rule, type RuleDefinition, type RulePreview} from '../../api/rules.ts'

interface ShownRules {
  /** Those of which it is known, in their order. */
  readonly shown: readonly {readonly rule: RuleDefinition; readonly preview: RulePreview}[]
  /** Why it is not known of one; `null` = nothing speaks against it. */
  readonly error: Error | null
}

export function useShownRules(rules: readonly Pick<Rule, 'id'>[]): ShownRules {
  const texts = useQueries({
    queries: rules.map(({id}) => ruleQuery(id)),
    combine: (all) => all.flatMap(({data}) => (data?.yaml ? [{rule: data, yaml: data.yaml}] : [])),
  })
  return useQueries({
    queries: texts.map(({rule, yaml}) => previewQuery(yaml, rule.id)),
    combine: (all) => ({
      shown: all.flatMap(({data}, at) => (data ? [{rule: texts[at]!.rule, preview: data}] : [])),
      error: all.find((it) => it.error !== null)?.error ?? null,
    }),
  })
}
