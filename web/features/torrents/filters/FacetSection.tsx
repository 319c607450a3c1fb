import {useId, useState} from 'react'
import {usePreference} from '../../../api/preferences.ts'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import type {FacetKind} from './facet-kinds.ts'
import {fewOf, foundValues} from './facet-values.ts'
import {FacetFind} from './FacetFind.tsx'
import {FacetList} from './FacetList.tsx'
import {FoldButton} from './FoldButton.tsx'
import {useFacet} from './use-facet.ts'
import {useFacetLabels} from './use-facet-labels.ts'
import {useFolded} from './use-folded.ts'

/** From so many on one finds by typing. */
const MANY = 12

/** One group of values: its head folds it, the word in it joins what is chosen. */
export function FacetSection({view, kind, isStill}: {view: LiveView; kind: FacetKind; isStill: boolean}) {
  const {values, mode, turn, click} = useFacet(view, kind, isStill)
  const labelOf = useFacetLabels(kind)
  const [isFolded, setFolded] = useFolded(kind.name)
  const [hasSizes] = usePreference('facets.sizes')
  const [isAll, setAll] = useState(false)
  const [typed, setTyped] = useState('')
  const id = useId()
  const name = text(kind.title)
  const few = values && (kind.isByCount ? fewOf(values) : values)
  const shown = values && (isAll || typed !== '' ? foundValues(values, typed, labelOf) : few!)
  const hidden = values && few ? values.length - few.length : 0
  const chosen = values?.filter(({standing}) => standing !== 'open').length ?? 0
  return (
    <section aria-labelledby={id} className="mt-3 first:mt-0.5">
      <div className="flex h-[26px] items-center pr-2 text-11 text-text-3 max-phone:h-9 max-phone:text-12 pointer-coarse:h-11">
        <h3 id={id} className="min-w-0 flex-1 font-bold">
          <FoldButton isFolded={isFolded} onFold={setFolded} name={name} chosen={isFolded ? chosen : 0} />
        </h3>
        {!isFolded && kind.isSeveral && (
          <button
            type="button"
            onClick={turn}
            aria-label={text('facet.mode', {name, mode: text(`facet.${mode}`)})}
            className="relative rounded-s px-1 before:absolute before:-inset-1 hover:text-text focus-visible:shadow-focus"
          >
            {text(`facet.${mode}`)}
          </button>
        )}
      </div>
      {!isFolded && shown === null && <FacetSkeleton />}
      {!isFolded && shown && (
        <>
          {isAll && values.length > MANY && <FacetFind name={name} value={typed} onChange={setTyped} />}
          <FacetList
            kind={kind}
            values={shown}
            labelOf={labelOf}
            hasSizes={hasSizes}
            emptyWords={text(typed === '' ? 'facet.empty' : 'facet.nothing')}
            labelledBy={id}
            onClick={click}
          />
          {(hidden > 0 || isAll) && (
            <button
              type="button"
              aria-expanded={isAll}
              onClick={() => {
                setAll(!isAll)
                setTyped('')
              }}
              className="h-[26px] rounded-m px-2 text-12 text-accent-strong hover:underline focus-visible:shadow-focus-in max-phone:h-11 pointer-coarse:h-11"
            >
              {isAll ? text('facet.fewer') : text('facet.more', {more: hidden})}
            </button>
          )}
        </>
      )}
    </section>
  )
}

function FacetSkeleton() {
  return (
    <div className="grid gap-4 px-2 py-2">
      <Skeleton width="80%" />
      <Skeleton width="60%" />
      <Skeleton width="68%" />
    </div>
  )
}
