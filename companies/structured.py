from core.structured import absolute, script_safe_json


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
        "sameAs": [
            url
            for url in (
                company.website,
                company.wikidata_id and f"https://www.wikidata.org/wiki/{company.wikidata_id}",
            )
            if url
        ],
    }
    if company.parent and company.parent.is_public:
        data["parentOrganization"] = {
            "@type": "Organization",
            "name": company.parent.name,
            "url": absolute(company.parent.get_absolute_url()),
        }
    return script_safe_json({key: value for key, value in data.items() if value})
