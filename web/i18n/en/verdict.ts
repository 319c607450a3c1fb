/** Why a torrent stays or goes: the same texts as the API answers with. */
import {verdictTexts} from '#model/verdict-texts.ts'

export const verdict = verdictTexts
