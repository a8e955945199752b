"""The long sets of words of `/interface/wifi`: countries and kinds of places.

Source: command tree of 7.22.3.
"""

from __future__ import annotations

from simulator.menus.shared import choice
from simulator.menus.types import Choice

__all__ = ["COUNTRY", "VENUE"]

_COUNTRIES = (
    "Afghanistan|Aland Islands|Albania|Algeria|American Samoa|Andora|Anguilla|"
    "Antigua and Barbuda|Argentina|Armenia|Aruba|Australia|Austria|Azerbaijan|Bahamas|"
    "Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Bermuda|Bhutan|Bolivia|"
    "Bosnia and Herzegovina|Brazil|British Virgin Islands|Brunei Darussalam|Bulgaria|"
    "Burkina Faso|Cambodia|Cameroon|Canada|Cayman Islands|Central Africa Republic|Chad|Chile|"
    "China|Christmas Island|Colombia|Cook Islands|Costa Rica|Croatia|Cyprus|Czech|Denmark|"
    "Dominica|Dominican Republic|ETSI 5.5-5.7 Outdoor|Ecuador|Egypt|El Salvador|Estonia|"
    "Ethiopia|Falkland Islands|Faroe Islands|Finland|France|French Guiana|French Polynesia|"
    "French Southern Territories|Georgia|Germany|Ghana|Gibraltar|Greece|Greenland|Grenada|"
    "Guadeloupe|Guam|Guatemala|Guernsey|Guyana|Haiti|Heard Island and McDonald Islands|"
    "Holy See|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iraq|Ireland|Isle of Man|"
    "Israel|Italy|Ivory Coast|Jamaica|Japan|Jersey|Jordan|Kazakhstan|Kenya|Kuwait|Latvia|"
    "Lebanon|Lesotho|Liechtenstein|Lithuania|Luxembourg|Macau|Malawi|Malaysia|Maldives|Malta|"
    "Marshall Islands|Martinique|Mauritania|Mauritius|Mayotte|Mexico|Micronesia|Moldova|"
    "Monaco|Mongolia|Montenegro|Montserrat|Morocco|Myanmar|Namibia|Nepal|Netherlands|"
    "Netherlands Antilles|New Caledonia|New Zealand|Nicaragua|Nigeria|Niue|Norfolk Island|"
    "North Macedonia|Northern Mariana Islands|Norway|Oman|Pakistan|Palau|Panama|"
    "Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|Qatar|Reunion|"
    "Romania|Russia|Rwanda|Saint Barthelemy|Saint Helena, Ascension and Tristan da Cunha|"
    "Saint Kitts and Nevis|Saint Lucia|Saint Martin|Saint Pierre and Miquelon|"
    "Saint Vincent and the Grenadines|Samoa|San Marino|Sao Tome and Principe|Saudi Arabia|"
    "Senegal|Serbia|Singapore|Sint Maarten|Slovakia|Slovenia|South Africa|South Korea|Spain|"
    "Sri Lanka|Superchannel|Suriname|Svalbard and Jan Mayen|Sweden|Switzerland|Taiwan|"
    "Tanzania|Thailand|Togo|Trinidad and Tobago|Tunisia|Turkey|Turks and Caicos|UK 5.8 fixed|"
    "Uganda|Ukraine|United Arab Emirates|United Kingdom|United States|"
    "United States Minor Outlying Islands|Uruguay|Uzbekistan|Vanuatu|Venezuela|Viet Nam|"
    "Virgin Islands|Wallis and Futuna|Yemen|Zimbabwe"
)
COUNTRY = Choice(*_COUNTRIES.encode().split(b"|"))
VENUE = choice(
    "assembly-amphitheater assembly-amusement-park assembly-arena assembly-bar "
    "assembly-coffee-shop assembly-convention-center assembly-emergency-cc assembly-library "
    "assembly-museum assembly-place-of-worship assembly-restaurant assembly-stadium "
    "assembly-terminal assembly-theater assembly-unspecified assembly-zoo "
    "business-attorney-office business-bank business-doctor business-fire-station "
    "business-police-station business-post-office business-professional-office "
    "business-rd-facility business-unspecified disabled educational-primary-school "
    "educational-secondary-school educational-university-or-college educational-unspecified "
    "industrial-factory industrial-unspecified institutional-group-home "
    "institutional-hospital institutional-long-term-care institutional-prison "
    "institutional-rehab-center institutional-unspecified mercantile-automotive-service "
    "mercantile-gas-station mercantile-grocery-market mercantile-retail-store "
    "mercantile-shopping-mall mercantile-unspecified outdoor-bus-stop outdoor-city-park "
    "outdoor-kiosk outdoor-muni-mesh outdoor-rest-area outdoor-traffic-control "
    "outdoor-unspecified residential-boarding-house residential-dormitory residential-hotel "
    "residential-private residential-unspecified storage-unspecified unspecified "
    "utility-unspecified vehicular-airplane vehicular-automobile vehicular-bus "
    "vehicular-ferry vehicular-motorbike vehicular-ship vehicular-train vehicular-unspecified"
)
