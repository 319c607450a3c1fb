/** Quality profiles, custom formats and delay profiles as every app shows them. Source: Radarr 6.1, Sonarr 4 and 5, as recorded. */
import type {FormatConfig} from './config.ts'
import type {Speaking} from './asked.ts'
import type {DelayProfile} from './delays.ts'
import type {Description} from './description.ts'
import {formatsOf, type Profile} from './profiles.ts'
import {qualityIds, qualityOf} from './quality.ts'

export const languages = [{id: 1, name: 'English'}]

type Showing = Pick<Speaking, 'arr' | 'description'>

/** By its title, with what it is made of. */
export function formatResource(
  description: Description,
  {id, name, pattern}: FormatConfig & {readonly id: number},
): object {
  const value = {
    order: 0,
    name: 'value',
    label: 'Regular Expression',
    value: pattern,
    type: 'textbox',
    advanced: false,
    privacy: 'normal',
    isFloat: false,
  }
  return description.shown('CustomFormatResource', {
    id,
    name,
    includeCustomFormatWhenRenaming: false,
    specifications: [
      {
        name,
        implementation: 'ReleaseTitleSpecification',
        implementationName: 'Release Title',
        infoLink: 'https://wiki.invalid',
        negate: false,
        required: false,
        fields: [description.shown('Field', value)],
      },
    ],
  })
}

/** Of a release or file, by its title. */
export function formatsIn({arr, description}: Showing, title: string): object[] {
  return formatsOf(arr, title).map((one) => formatResource(description, one))
}

/** With every format of the app, also those that are worth nothing to it; the best first. */
export function profileResource({arr, description}: Showing, profile: Profile): object {
  const {id, name, upgradeAllowed, cutoff, allowed, minScore, cutoffScore, minUpgradeScore} = profile
  const formats = (arr.config.customFormats ?? []).map((one, at) => ({
    format: at + 1,
    name: one.name,
    score: profile.scores[one.name] ?? 0,
  }))
  const isSeries5 = 'minSize' in description.propertiesOf('QualityProfileQualityItemResource')
  return description.shown('QualityProfileResource', {
    id,
    name,
    upgradeAllowed,
    cutoff,
    items: qualityIds.map((quality) => ({
      quality: qualityOf(arr.dialect, quality),
      items: [],
      allowed: allowed.includes(quality),
      ...(isSeries5 && {minSize: 0}),
    })),
    minFormatScore: minScore,
    cutoffFormatScore: cutoffScore,
    minUpgradeFormatScore: minUpgradeScore,
    formatItems: formats.toSorted((a, b) => b.score - a.score || b.format - a.format),
    language: {id: -2, name: 'Original'},
  })
}

export function delayResource({description}: Pick<Showing, 'description'>, delay: DelayProfile): object {
  return description.shown('DelayProfileResource', {
    ...delay,
    enableUsenet: true,
    preferredProtocol: 'torrent',
    usenetDelay: 0,
  })
}
