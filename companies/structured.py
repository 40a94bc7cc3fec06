from core.web.structured import absolute, script_safe_json


def organization(company) -> str:
    """JSON-LD of the profile: who it is, never a figure, for a figure without its date is a lie."""
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": company.name,
        "description": company.description,
        "url": absolute(company.get_absolute_url()),
        "legalName": company.legal_name,
        "alternateName": [alias.name for alias in company.aliases.all()],
        "foundingDate": str(company.founded or ""),
        "logo": absolute(company.logo.file.url) if company.logo else "",
        "leiCode": company.lei,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme.property_id, "value": value}
            for scheme, value, _url in company.identifiers
            if scheme.property_id
        ],
        "sameAs": [company.website] * bool(company.website)
        + [url for scheme, _value, url in company.identifiers if scheme.is_same],
    }
    if company.parent and company.parent.is_public:
        data["parentOrganization"] = {
            "@type": "Organization",
            "name": company.parent.name,
            "url": absolute(company.parent.get_absolute_url()),
        }
    return script_safe_json({key: value for key, value in data.items() if value})
